/**
 * The mutation run of query builders: every string that a Drizzle or Kysely call gives to an enum or CHECK column is misspelled, one
 * at a time, and the linter must report it. Run by hand:
 *
 *   npx jiti bench/literals.ts PROJECT MIGRATIONS
 *
 * Independent of our own reading of code: a plain walk over the syntax knows `update(t).set({ status: 'x' })`, `insert(t).values(...)`,
 * `eq(t.status, 'x')` and their like for names of `pgTable`s, and Kysely's chains that name a single table; the value in place, in
 * a conditional, in a list, or in a constant of the file.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import * as parser from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { Linter } from 'eslint'
import { catalogToJson } from '../src/catalog/json.js'
import pgEnum from '../src/index.js'
import { readMigrationSet } from '../src/migrations/discover.js'
import { replayMigrations } from '../src/sql/replay.js'

const [project, migrations] = process.argv.slice(2)
if (project === undefined || migrations === undefined) {
  console.error('usage: jiti bench/literals.ts PROJECT MIGRATIONS')
  process.exit(2)
}

type Node = TSESTree.Node

const { enums, enumColumns, checks } = catalogToJson(
  replayMigrations(readMigrationSet({ dir: migrations, root: project })),
)
/** `table.column` to its values. */
const values = new Map<string, readonly string[]>()
for (const { table, column, values: listed } of checks) values.set(`${table}.${column}`, listed)
for (const { table, column, enumSchema, enumName } of enumColumns) {
  const found = enums.find(({ schema, name }) => schema === enumSchema && name === enumName)
  if (found) values.set(`${table}.${column}`, found.labels)
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!/^(?:node_modules|dist|\.git|\.next)$/.test(entry.name)) yield* sourceFiles(path)
    } else if (/\.[cm]?[jt]sx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path
  }
}

function parse(code: string, file: string): TSESTree.Program | undefined {
  try {
    const options = { range: true, jsx: /x$/.test(file) }
    return parser.parseForESLint(code, options).ast as TSESTree.Program
  } catch {
    return undefined
  }
}

function* nodesIn(node: unknown, parents: readonly Node[] = []): Generator<[Node, readonly Node[]]> {
  if (Array.isArray(node)) {
    for (const one of node) yield* nodesIn(one, parents)
  } else if (typeof node === 'object' && node !== null && 'type' in node) {
    yield [node as Node, parents]
    for (const [key, value] of Object.entries(node)) {
      if (key !== 'parent') yield* nodesIn(value, [...parents, node as Node])
    }
  }
}

function bare(node: Node): Node {
  return node.type === 'TSAsExpression' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'TSNonNullExpression' ||
    node.type === 'AwaitExpression'
    ? bare(node.type === 'AwaitExpression' ? node.argument : node.expression)
    : node
}

function text(node: Node | null | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}

function nameOf(node: Node): string | undefined {
  return node.type === 'Identifier' ? node.name : text(node)
}

/** The methods of a chain, the first one first: `db.update(t).set({})` is `update`, `set`. */
function chainOf(node: Node): { name: string; call: TSESTree.CallExpression }[] {
  const call = bare(node)
  if (call.type !== 'CallExpression') return []
  const callee = bare(call.callee)
  if (callee.type === 'Identifier') return [{ name: callee.name, call }]
  if (callee.type !== 'MemberExpression') return []
  return [...chainOf(callee.object), { name: nameOf(callee.property) ?? '', call }]
}

interface Table {
  readonly name: string
  readonly columns: ReadonlyMap<string, string>
}

const snake = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()

/** Drizzle's tables by the names of their variables; undefined for a name that two tables have. */
const tables = new Map<string, Table | undefined>()
const sources = [...sourceFiles(project)].map((file) => ({ file, code: readFileSync(file, 'utf8') }))
for (const { file, code } of sources) {
  if (!code.includes('pgTable')) continue
  for (const [node] of nodesIn(parse(code, file))) {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) continue
    const [made] = chainOf(node.init)
    const [name, object] = made?.name === 'pgTable' ? made.call.arguments : []
    if (text(name) === undefined || object?.type !== 'ObjectExpression') continue
    const columns = new Map<string, string>()
    for (const member of object.properties) {
      if (member.type !== 'Property') continue
      const key = nameOf(member.key) ?? ''
      columns.set(key, text(chainOf(member.value)[0]?.call.arguments[0]) ?? snake(key))
    }
    const known = tables.get(node.id.name)
    const isOther = tables.has(node.id.name) && known?.name !== text(name)
    tables.set(node.id.name, isOther ? undefined : { name: text(name)!, columns })
  }
}

const OPERATORS = new Set(['eq', 'ne', 'inArray', 'notInArray'])
const KYSELY = new Set(['=', '!=', '<>', 'in', 'not in'])

/** The literals of a file that a call gives to a column with a value set. */
function literalsIn(ast: TSESTree.Program): Map<Node, string> {
  const found = new Map<Node, string>()
  const constants = new Map<string, Node[]>()
  const names = new Set<string>()
  for (const [node] of nodesIn(ast)) {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
      const isConstant =
        node.init && (node.parent as TSESTree.VariableDeclaration | undefined)?.kind !== 'let'
      constants.set(node.id.name, [
        ...(constants.get(node.id.name) ?? []),
        ...(isConstant ? [node.init!] : [node]),
      ])
      names.add(node.id.name)
    }
    if (node.type === 'ImportSpecifier') names.add(node.local.name)
  }
  const constant = (node: Node): Node | undefined => {
    const all = node.type === 'Identifier' ? (constants.get(node.name) ?? []) : []
    return all.length === 1 && all[0]!.type !== 'VariableDeclarator' ? bare(all[0]!) : undefined
  }
  const value = (column: string | undefined, given: Node | undefined, depth = 4): void => {
    // A mapper of names may stand between the code and the database.
    const allowed = column === undefined ? undefined : (values.get(column) ?? values.get(snake(column)))
    if (!allowed || !given || depth === 0) return
    const node = bare(given)
    const literal = text(node)
    if (literal !== undefined && allowed.includes(literal)) found.set(node, column!)
    // `Status.online` of an enum: a string takes its place.
    if (
      node.type === 'MemberExpression' &&
      node.object.type === 'Identifier' &&
      /^[A-Z]/.test(node.object.name)
    ) {
      if (allowed.includes(nameOf(node.property) ?? '')) found.set(node, column!)
    }
    if (node.type === 'ConditionalExpression') {
      value(column, node.consequent, depth)
      value(column, node.alternate, depth)
    }
    if (node.type === 'LogicalExpression' && node.operator !== '&&') {
      value(column, node.left, depth)
      value(column, node.right, depth)
    }
    if (node.type === 'ArrayExpression')
      for (const one of node.elements) if (one) value(column, one, depth - 1)
    const named = constant(node)
    if (named && named.type !== 'ConditionalExpression') value(column, named, depth - 1)
  }
  const row = (columnOf: (key: string) => string | undefined, given: Node | undefined, depth = 4): void => {
    if (!given || depth === 0) return
    const node = bare(given)
    if (node.type === 'ObjectExpression') {
      for (const member of node.properties) {
        if (member.type !== 'Property' || member.computed) continue
        value(columnOf(nameOf(member.key) ?? ''), member.value)
      }
    }
    if (node.type === 'ArrayExpression')
      for (const one of node.elements) if (one) row(columnOf, one, depth - 1)
    const [mapper] =
      node.type === 'CallExpression' && chainOf(node).at(-1)?.name === 'map' ? node.arguments : []
    if (mapper?.type === 'ArrowFunctionExpression') row(columnOf, mapper.body, depth - 1)
    const named = constant(node)
    if (named) row(columnOf, named, depth - 1)
  }
  const tableOf = (given: Node | undefined): Table | undefined => {
    if (given?.type === 'Identifier') return names.has(given.name) ? tables.get(given.name) : undefined
    const name = given?.type === 'MemberExpression' && !given.computed ? nameOf(given.property) : undefined
    const isNamespace =
      given?.type === 'MemberExpression' &&
      given.object.type === 'Identifier' &&
      given.object.name === 'schema'
    return name !== undefined && isNamespace ? tables.get(name) : undefined
  }
  for (const [node, parents] of nodesIn(ast)) {
    if (node.type !== 'CallExpression') continue
    const chain = chainOf(node)
    const { name } = chain.at(-1) ?? {}
    const [first, second, third] = node.arguments
    if (chain.length === 1 && OPERATORS.has(name!) && first?.type === 'MemberExpression') {
      const table = tableOf(bare(first.object))
      const column = table?.columns.get(nameOf(first.property) ?? '')
      if (table) value(`${table.name}.${String(column)}`, second)
    }
    const target = chain.findLast((step) => step.name === 'update' || step.name === 'insert')
    const table = target && tableOf(target.call.arguments[0])
    if (table && (name === 'set' || name === 'values')) {
      row((key) => `${table.name}.${String(table.columns.get(key))}`, first)
    }
    if (table && name === 'onConflictDoUpdate' && first?.type === 'ObjectExpression') {
      for (const member of first.properties) {
        if (member.type === 'Property' && nameOf(member.key) === 'set')
          row((key) => `${table.name}.${String(table.columns.get(key))}`, member.value)
      }
    }
    const written = chain.findLast((step) => step.name === 'updateTable' || step.name === 'insertInto')
    const kysely = text(written?.call.arguments[0])?.split(/\s+as\s+/i)[0]
    if (kysely !== undefined && (name === 'set' || name === 'values')) row((key) => `${kysely}.${key}`, first)
    // A condition is of the chain that it stands in, or of one that its callback is given to.
    const reference = text(first)
    if (reference === undefined || !KYSELY.has(text(second) ?? '') || !third) continue
    for (const around of [node, ...parents.toReversed()]) {
      if (around.type !== 'CallExpression') continue
      const steps = chainOf(around)
      const from = steps.filter((step) => /^(?:selectFrom|updateTable|deleteFrom|\w+Join)$/.test(step.name))
      if (from.length === 0) continue
      const [column, alias] = reference.split('.').toReversed()
      const aliases = from.map((step) => (text(step.call.arguments[0]) ?? '?').split(/\s+as\s+/i))
      const [one, ...others] =
        alias === undefined ? aliases : aliases.filter((names) => names.at(-1) === alias)
      if (one && others.length === 0) value(`${one[0]}.${column!}`, third)
      break
    }
  }
  return found
}

const linter = new Linter({ cwd: project })
const files = ['**/*.{js,jsx,ts,tsx,mts,cts,mjs,cjs}']
const config = [
  { files, languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } } },
  ...[pgEnum.configure({ files, migrations })].flat(),
] as Linter.Config[]

let count = 0
const missed: string[] = []
for (const { file, code } of sources) {
  if (file.startsWith(`${resolve(project, migrations)}/`)) continue
  if (!/\.(?:set|values)\(|\b(?:eq|ne|inArray|notInArray)\(|selectFrom|updateTable/.test(code)) continue
  const ast = parse(code, file)
  if (!ast) continue
  for (const [{ range }, column] of literalsIn(ast)) {
    count++
    const value = (/\w[\w -]*(?=['"`]?$)/.exec(code.slice(...range)) ?? [''])[0]
    const mutant = `${code.slice(0, range[0])}'${value}zzq'${code.slice(range[1])}`
    const messages = linter.verify(mutant, config, { filename: file })
    const isFound = messages.some(
      ({ ruleId, message }) => ruleId === 'pg-enum/no-unknown-value' && message.includes(`${value}zzq`),
    )
    const line = code.slice(0, range[0]).split('\n').length
    if (!isFound) missed.push(`${relative(project, file)}:${line} ${value} for ${column}`)
  }
}
for (const miss of missed) console.log(`missed ${miss}`)
console.log(`${count} literals misspelled, ${missed.length} missed`)
process.exit(missed.length > 0 ? 1 : 0)
