import type { ColumnRef, CreateFunctionStmt, Node } from '@pgsql/types'
import type { StoredArgument } from '../../catalog/model.js'
import { readPlpgsql } from '../analyze/plpgsql/read.js'
import { pathOfFunction } from '../analyze/searchPath.js'
import { parseSql } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import { rangeName, strings } from './names.js'

/** A body without one of these stores nothing. */
const WRITES = /\b(?:insert\s+into|update)\b/i

/**
 * The columns that a function stores its arguments in, by their names: `UPDATE accounts SET plan = p_plan`. Only by statements that are
 * not within a condition or a loop, and for arguments that nothing before asks for. Names are looked up when it is called, as Postgres does.
 */
export function storedArguments(
  { parameters = [], funcname, options }: CreateFunctionStmt,
  language: string,
  body: string,
): ReadonlyMap<string, readonly StoredArgument[]> {
  const found = new Map<string, StoredArgument[]>()
  if ((language !== 'sql' && language !== 'plpgsql') || !WRITES.test(body)) return found
  const names = parameters.map((node) =>
    'FunctionParameter' in node ? (node.FunctionParameter.name ?? '') : '',
  )
  const own = strings(funcname).at(-1) ?? ''
  const path = pathOfFunction(options)
  const clean = new Set(names.filter((name) => name !== ''))
  for (const text of language === 'sql' ? [body] : topStatements(body)) {
    const writes = WRITES.test(text) ? writesIn(text, { names, own }) : []
    for (const name of clean) {
      const stored = writes.filter((write) => write.argument === name)
      const mentions = mentionsOf(name, names.indexOf(name) + 1, text)
      if (mentions === stored.length) {
        for (const { place } of stored)
          found.set(name, [...(found.get(name) ?? []), { ...place, ...(path && { searchPath: path }) }])
      } else clean.delete(name)
    }
  }
  return found
}

/** The statements of a PL/pgSQL body that run in any case; conditions and loops as they are, with what is in them. */
function topStatements(body: string): string[] {
  const tree = readPlpgsql(body)
  if (tree?.is !== 'block') return []
  const texts: string[] = []
  for (const { name, value } of tree.declarations)
    texts.push(`${name} ${value === undefined ? '' : body.slice(value.start, value.end)}`)
  for (const statement of tree.body) {
    if (statement.is !== 'sql') {
      texts.push(`IF ${textOf(body, statement)}`)
      continue
    }
    const { span, blank } = statement
    const text = body.slice(span.start, span.end)
    texts.push(
      blank === undefined
        ? text
        : body.slice(span.start, blank.start) + ' ' + body.slice(blank.end, span.end),
    )
  }
  return texts
}

/** All text that a piece of a tree holds. */
function textOf(body: string, piece: unknown): string {
  if (typeof piece === 'string') return piece
  if (typeof piece !== 'object' || piece === null) return ''
  if ('start' in piece && 'end' in piece) return body.slice(Number(piece.start), Number(piece.end))
  return Object.values(piece)
    .map((one) => textOf(body, one))
    .join(' ')
}

function mentionsOf(name: string, number: number, text: string): number {
  const words = text.toLowerCase().match(/\$\d+|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  return words.filter((word) => word === name.toLowerCase() || word === `$${String(number)}`).length
}

interface Write {
  readonly argument: string
  readonly place: StoredArgument
}

interface Names {
  /** Of the parameters, in their order. */
  readonly names: readonly string[]
  /** The function's. */
  readonly own: string
}

function writesIn(text: string, names: Names): Write[] {
  const statements = parseSql(text)
  if (statements instanceof Unreadable) return []
  return statements.flatMap(({ stmt }): Write[] => {
    if (stmt === undefined) return []
    if ('UpdateStmt' in stmt) {
      const { relation, targetList = [], fromClause } = stmt.UpdateStmt
      if (relation === undefined || fromClause !== undefined) return []
      return targetList.flatMap((target) => {
        const { name, val, indirection } = 'ResTarget' in target ? target.ResTarget : {}
        const argument = indirection === undefined ? argumentOf(val, names) : undefined
        return name === undefined || argument === undefined
          ? []
          : [{ argument, place: placeOf(rangeName(relation), name) }]
      })
    }
    if (!('InsertStmt' in stmt)) return []
    const { relation, cols = [], selectStmt } = stmt.InsertStmt
    const lists = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : []
    if (relation === undefined) return []
    return lists.flatMap((list) =>
      ('List' in list ? (list.List.items ?? []) : []).flatMap((value, i) => {
        const column = cols[i]
        const name = column && 'ResTarget' in column ? column.ResTarget.name : undefined
        const argument = argumentOf(value, names)
        return name === undefined || argument === undefined
          ? []
          : [{ argument, place: placeOf(rangeName(relation), name) }]
      }),
    )
  })
}

function placeOf({ schema, name: table }: ReturnType<typeof rangeName>, column: string): StoredArgument {
  return { ...(schema === undefined ? {} : { schema }), table, column }
}

/** The parameter that an expression is: `p_plan`, `set_plan.p_plan`, `$2`, also cast. */
function argumentOf(node: Node | undefined, { names, own }: Names): string | undefined {
  if (node === undefined) return undefined
  if ('TypeCast' in node) return argumentOf(node.TypeCast.arg, { names, own })
  const name =
    'ParamRef' in node
      ? names[(node.ParamRef.number ?? 0) - 1]
      : 'ColumnRef' in node
        ? nameOf(node.ColumnRef, own)
        : undefined
  return name !== undefined && name !== '' && names.includes(name) ? name : undefined
}

function nameOf({ fields = [] }: ColumnRef, own: string): string | undefined {
  const parts = fields.some((field) => !('String' in field)) ? [] : strings(fields)
  return parts.length === 1 ? parts[0] : parts.length === 2 && parts[0] === own ? parts[1] : undefined
}
