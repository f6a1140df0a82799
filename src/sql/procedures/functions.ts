import type { FunctionSignature } from '../../catalog/model.js'
import { inputsOf } from '../../catalog/functions.js'
import type { Store } from '../../catalog/store.js'
import { TEMP } from '../../catalog/store.js'
import { parseIdentifiers } from '../ddl/expressions.js'
import { qualified } from '../ddl/names.js'
import { namespaceOid, typeOid } from './virtualTables.js'
import {
  MARK,
  quoteIdentifier,
  quoteLiteral,
  Reg,
  Tainted,
  toTaintedText,
  toText,
  UNKNOWN,
  type Value,
} from './value.js'
import { PgError } from '../../catalog/error.js'
import { builtinTypesByName } from '../../catalog/builtins.js'

/** Spellings of types that the grammar knows and pg_type does not. */
const SPELLED: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  'character varying': 'varchar',
  character: 'bpchar',
  real: 'float4',
  'double precision': 'float8',
  decimal: 'numeric',
}

function printQualified(schema: string, name: string, visible: boolean): string {
  if (visible || schema === 'pg_catalog') return quoteIdentifier(name)
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** `'name'::regclass`; null where there is none. Throws 42602 for a malformed name. */
export function toRegclass(store: Store, value: Value): Value {
  if (value === null || value === UNKNOWN || value instanceof Reg) return value
  if (value instanceof Tainted) return lookupClass(store, value.text) ?? UNKNOWN
  if (typeof value === 'number') {
    const relation = store.relations.get(value)
    if (relation === undefined) return value
    const visible = store.lookupRelationOid({ name: relation.name }) === relation.oid
    return new Reg('regclass', value, printQualified(relation.schema, relation.name, visible))
  }
  return typeof value === 'string' ? lookupClass(store, value) : UNKNOWN
}

function lookupClass(store: Store, text: string): Reg | null {
  const parts = parseIdentifiers(text)
  if (parts === undefined) throw new PgError('42602', 'invalid name syntax')
  const oid = store.lookupRelationOid(qualified(parts))
  return oid === undefined ? null : (toRegclass(store, oid) as Reg)
}

export function toRegtype(store: Store, value: Value): Value {
  if (value === null || value === UNKNOWN || value instanceof Reg) return value
  if (typeof value === 'number') {
    const array = value >= 1_000_000_000
    const ref = { oid: array ? value - 1_000_000_000 : value, array }
    const type = store.typeByOid(ref.oid)
    if (type === undefined) return value
    const visible = store.lookupType({ name: type.name })?.oid === type.oid
    const name = printQualified(type.schema, type.name, visible)
    return new Reg('regtype', value, array ? `${name}[]` : name)
  }
  if (typeof value !== 'string') return UNKNOWN
  const array = /\[\s*\]\s*$/.test(value)
  const text = value.replace(/(?:\[\s*\]\s*)+$/, '').trim()
  const spelled = SPELLED[text.toLowerCase().replace(/\s+/g, ' ')]
  const parts = spelled === undefined ? parseIdentifiers(text) : [spelled]
  if (parts === undefined) return builtinTypesByName.has(text) ? UNKNOWN : null
  const ref = store.lookupType(qualified(parts))
  return ref === undefined ? null : toRegtype(store, typeOid(array ? { ...ref, array } : ref))
}

/** The arguments by which a function is told, as `pg_get_function_identity_arguments` prints them. */
function identityArguments(store: Store, { kind, arguments: all }: FunctionSignature): string {
  const printed = all
    .filter(({ mode }) => mode !== 'table')
    .map(({ mode, name, type }) => {
      const isBare = mode === 'in' && kind !== 'procedure'
      const parts = [isBare ? '' : mode.toUpperCase(), name === undefined ? '' : quoteIdentifier(name)]
      return [...parts, store.printType(type)].filter((part) => part !== '').join(' ')
    })
  return printed.join(', ')
}

/** What an OID of a function prints as: its name, for regprocedure with the types that it takes. Other values are not looked up. */
export function toRegproc(store: Store, value: Value, kind: 'regproc' | 'regprocedure'): Value {
  if (value === null) return value
  const found = typeof value === 'number' ? store.functions.get(value) : undefined
  if (found === undefined) return UNKNOWN
  const isVisible = store.lookupFunctions({ name: found.name }).includes(found)
  const name = printQualified(found.schema, found.name, isVisible)
  const types = inputsOf(found).map((type) => store.printType(type))
  return new Reg(kind, found.oid, kind === 'regproc' ? name : `${name}(${types.join(',')})`)
}

export function toRegnamespace(store: Store, value: Value): Value {
  if (value === null || value === UNKNOWN || value instanceof Reg) return value
  if (typeof value === 'number') {
    for (const { name } of store.schemas.values()) {
      if (namespaceOid(store, name) === value) return new Reg('regnamespace', value, quoteIdentifier(name))
    }
    return value
  }
  if (typeof value !== 'string') return UNKNOWN
  const name = parseIdentifiers(value)?.[0]
  const oid = name === undefined ? undefined : namespaceOid(store, name)
  return name === undefined || oid === undefined ? null : new Reg('regnamespace', oid, quoteIdentifier(name))
}

/** Joins texts; unknown parts leave a mark. */
export function join(parts: readonly Value[]): Value {
  let tainted = false
  let text = ''
  for (const part of parts) {
    const one = toTaintedText(part)
    if (one instanceof Tainted) tainted = true
    text += one instanceof Tainted ? one.text : (one ?? '')
  }
  return tainted ? new Tainted(text) : text
}

/** format() with %s, %I, %L and positions. */
function format(args: readonly Value[]): Value {
  const pattern = toText(args[0] ?? null)
  if (pattern === null) return null
  if (typeof pattern !== 'string') return UNKNOWN
  let next = 1
  const parts: Value[] = []
  let end = 0
  for (const match of pattern.matchAll(/%(?:(\d+)\$)?-?(?:\d+)?([sIL%])/g)) {
    parts.push(pattern.slice(end, match.index))
    end = match.index + match[0].length
    const kind = match[2]!
    if (kind === '%') {
      parts.push('%')
      continue
    }
    const at = match[1] === undefined ? next : Number(match[1])
    next = at + 1
    if (at >= args.length) throw new PgError('22023', 'too few arguments for format()')
    parts.push(formatOne(kind, args[at]!))
  }
  parts.push(pattern.slice(end))
  return join(parts)
}

function formatOne(kind: string, value: Value): Value {
  const text = toTaintedText(value)
  if (text === null) {
    if (kind === 'I') throw new PgError('22004', 'null values cannot be formatted as an SQL identifier')
    return kind === 'L' ? 'NULL' : ''
  }
  const plain = text instanceof Tainted ? text.text : text
  // A regclass prints quoted already.
  const done = kind === 's' ? plain : kind === 'I' ? quoteIdentifier(plain) : quoteLiteral(plain)
  return text instanceof Tainted ? new Tainted(done) : done
}

/** Applies a function of texts, keeping the mark of what is unknown. */
function onText(value: Value, change: (text: string) => string): Value {
  const text = toText(value)
  if (text === null) return null
  if (text === UNKNOWN) return new Tainted(`${MARK}unknown`)
  return text instanceof Tainted ? new Tainted(change(text.text)) : change(text)
}

function texts(args: readonly Value[]): string[] | undefined {
  const all = args.map(toText)
  return all.every((text) => typeof text === 'string') ? all : undefined
}

/** A pattern that means the same in Postgres and JavaScript, and is quick in both; undefined for another. */
export function safeRegex(pattern: string, flags: string): RegExp | undefined {
  if (pattern.length > 100 || !/^[gi]*$/.test(flags)) return undefined
  if (!/^[\^]?(?:[\w ]|\\[.d]|\[[\w-]+\]|\.|[*+?](?![*+?]))*[$]?$/.test(pattern)) return undefined
  try {
    return new RegExp(pattern, `${flags}u`)
  } catch {
    return undefined
  }
}

type Function = (args: readonly Value[], store: Store) => Value

const FUNCTIONS: Readonly<Record<string, Function>> = {
  format,
  concat: (args) => join(args),
  concat_ws: (args) => {
    const parts = args.slice(1).filter((part) => part !== null)
    return join(parts.flatMap((part, i) => (i === 0 ? [part] : [args[0]!, part])))
  },
  quote_ident: ([value]) => onText(value ?? null, quoteIdentifier),
  quote_literal: ([value]) => onText(value ?? null, quoteLiteral),
  quote_nullable: ([value]) => (value === null ? 'NULL' : onText(value ?? null, quoteLiteral)),
  lower: ([value]) => onText(value ?? null, (text) => text.toLowerCase()),
  upper: ([value]) => onText(value ?? null, (text) => text.toUpperCase()),
  btrim: (args) => (args.length === 1 ? onText(args[0]!, (text) => text.replace(/^ +| +$/g, '')) : UNKNOWN),
  length: ([value]) => (typeof value === 'string' ? [...value].length : value === null ? null : UNKNOWN),
  replace: (args) => {
    const all = texts(args)
    return all?.length === 3 ? all[0]!.replaceAll(all[1]!, all[2]!) : args.includes(null) ? null : UNKNOWN
  },
  pg_get_expr: ([value]) => (value instanceof Tainted || value === null ? value : UNKNOWN),
  regexp_replace: (args) => {
    const all = texts(args)
    const pattern = all?.[1] === undefined ? undefined : safeRegex(all[1], all[3] ?? '')
    if (all === undefined || pattern === undefined || /\\/.test(all[2]!)) return UNKNOWN
    return all[0]!.replace(pattern, () => all[2]!)
  },
  split_part: (args) => {
    const [value, separator, at] = args
    if (typeof value !== 'string' || typeof separator !== 'string' || typeof at !== 'number') return UNKNOWN
    return value.split(separator).at(at > 0 ? at - 1 : at) ?? ''
  },
  left: ([value, count]) =>
    typeof value === 'string' && typeof count === 'number' ? [...value].slice(0, count).join('') : UNKNOWN,
  substring: ([value, from, count]) =>
    typeof value === 'string' &&
    typeof from === 'number' &&
    (count === undefined || typeof count === 'number')
      ? [...value].slice(from - 1, count === undefined ? undefined : from - 1 + count).join('')
      : UNKNOWN,
  starts_with: (args) => {
    const all = texts(args)
    return all === undefined ? UNKNOWN : all[0]!.startsWith(all[1]!)
  },
  to_char: () => new Tainted(`${MARK}unknown`),
  string_to_array: ([value, separator]) =>
    typeof value === 'string' && typeof separator === 'string'
      ? value === ''
        ? []
        : value.split(separator)
      : UNKNOWN,
  array_to_string: ([value, separator]) => {
    if (!Array.isArray(value) || typeof separator !== 'string') return value === null ? null : UNKNOWN
    const parts = value.filter((part) => part !== null)
    return join(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])))
  },
  array_length: ([value]) =>
    Array.isArray(value) ? (value.length === 0 ? null : value.length) : value === null ? null : UNKNOWN,
  cardinality: ([value]) => (Array.isArray(value) ? value.length : value === null ? null : UNKNOWN),
  array_upper: ([value]) =>
    Array.isArray(value) ? (value.length === 0 ? null : value.length) : value === null ? null : UNKNOWN,
  array_lower: ([value]) =>
    Array.isArray(value) ? (value.length === 0 ? null : 1) : value === null ? null : UNKNOWN,
  array_append: ([value, item]) => (Array.isArray(value) ? [...value, item ?? null] : UNKNOWN),
  array_cat: ([a, b]) => (Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : UNKNOWN),
  array_position: ([value, item]) => {
    if (!Array.isArray(value)) return value === null ? null : UNKNOWN
    const at = value.indexOf(item ?? null)
    return at < 0 ? null : at + 1
  },
  to_regclass: ([value], store) => toRegclass(store, value ?? null),
  to_regtype: ([value], store) => toRegtype(store, value ?? null),
  to_regnamespace: ([value], store) => toRegnamespace(store, value ?? null),
  pg_get_function_identity_arguments: ([oid], store) => {
    const found = typeof oid === 'number' ? store.functions.get(oid) : undefined
    return found === undefined ? UNKNOWN : identityArguments(store, found)
  },
  format_type: ([value], store) => {
    const reg = toRegtype(store, value ?? null)
    return reg instanceof Reg ? reg.text : reg
  },
  current_schema: (_args, store) => store.currentSchemas()[0] ?? null,
  current_schemas: ([implied], store) =>
    implied === true ? store.lookupPath().filter((name) => name !== TEMP) : [...store.currentSchemas()],
  current_database: () => UNKNOWN,
  current_setting: ([name, missingOk], store) => {
    if (typeof name !== 'string') return UNKNOWN
    if (name.toLowerCase() === 'search_path') return store.searchPath.map(quoteIdentifier).join(', ')
    // A setting of the project's own is what its migrations make it.
    const isMissing = name.includes('.') && !store.customSettings.has(name.toLowerCase())
    return isMissing && missingOk === true ? null : UNKNOWN
  },
  set_config: ([name, value, local], store) => {
    const text = toText(value ?? null)
    if (typeof name !== 'string') return text
    if (name.includes('.')) store.customSettings.add(name.toLowerCase())
    if (name.toLowerCase() !== 'search_path') return text
    if (typeof text !== 'string') return UNKNOWN
    store.setSearchPath(readSearchPath(text), local === true)
    return text
  },
  pg_type_is_visible: ([oid], store) => {
    if (typeof oid !== 'number') return UNKNOWN
    const type = store.typeByOid(oid)
    return type === undefined ? null : store.lookupType({ name: type.name })?.oid === oid
  },
  pg_table_is_visible: ([oid], store) => {
    const relation = typeof oid === 'number' ? store.relations.get(oid) : undefined
    return relation === undefined ? UNKNOWN : store.lookupRelationOid({ name: relation.name }) === oid
  },
  enum_range: () => UNKNOWN,
}

/** The names in the text of a search_path: folded, or as quoted. */
export function readSearchPath(text: string): string[] {
  const names: string[] = []
  for (const part of text.matchAll(/"((?:[^"]|"")*)"|([^,\s"]+)/g)) {
    const name = part[1]?.replaceAll('""', '"') ?? part[2]!.toLowerCase()
    if (name !== '') names.push(name)
  }
  return names
}

/** Calls one of Postgres's functions; undefined for one that is not known here. */
export function callBuiltin(store: Store, name: string, args: readonly Value[]): Value | undefined {
  return FUNCTIONS[name]?.(args, store)
}
