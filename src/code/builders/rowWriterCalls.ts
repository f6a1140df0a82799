import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import { functionAround } from '../reach/binding.js'
import { reach } from '../reach/reach.js'
import type { Site } from '../reach/site.js'
import { lintedFile, siteOf } from '../reach/site.js'
import { newTrail } from '../reach/trail.js'
import { vocabularyOf } from '../sql/vocabulary.js'
import type { CodeUse } from '../use.js'
import { stringsAt } from '../values.js'
import { partsOf } from './givenPath.js'
import type { GivenPath } from './givenPath.js'
import { BuilderFile } from './library.js'
import { MAY_WRITE_ROWS, mayWriteRows } from './rowWriterPrefilter.js'
import { rowWritesOf } from './rowWriters.js'
import type { RowWrite } from './rowWriters.js'
import type { Node } from './syntax.js'
import { isFunction, keyOf, memberName, stringOf, unwrap } from './syntax.js'

/**
 * The strings of rows that are given to functions of the project which write them into a table: `insertRow('workspaces', { status })`.
 * Functions of other files are looked into where a call names a table of the catalog. Never throws.
 */
export function findRowWriterUses(context: CodeContext): CodeUse[] {
  const { catalog } = context.project
  if (catalog === undefined) return []
  const { objects } = vocabularyOf(catalog)
  const file = new BuilderFile(context, catalog)
  const locals = new Set<unknown>()
  const writesItself = mayWriteRows(context.sourceCode.text)
  for (const call of nodesOf(context).of('CallExpression')) {
    if (!isPlainName(call.callee)) continue
    if (writesItself && isKeysCall(call)) meetLocal(file, call.arguments[0]!, locals)
    const namesTable = tableNames(call).some((name) => objects.has(name.slice(name.lastIndexOf('.') + 1)))
    if (!(namesTable ? call.arguments.some(mayBeRow) : writesItself && call.arguments.some(isRow))) continue
    file.uses.next()
    const callee = siteOf(call.callee, context)
    for (const found of reach(callee, newTrail(namesTable && MAY_WRITE_ROWS)).sites) {
      if (!isFunction(found.node)) continue
      for (const write of rowWritesOf(found.node, found.file)) meet(file, call, write)
    }
  }
  return file.uses.all()
}

/** `insertRow`, `this.insertRow`, `this.db.insertRow`. */
function isPlainName(node: Node): boolean {
  if (node.type === 'MemberExpression') return isPlainName(node.object)
  return node.type === 'Identifier' || node.type === 'ThisExpression'
}

/** An object, or a list that has one. */
function isRow(argument: Node): boolean {
  const plain = unwrap(argument)
  if (plain.type !== 'ArrayExpression') return plain.type === 'ObjectExpression'
  return plain.elements.some((element) => element !== null && unwrap(element).type === 'ObjectExpression')
}

function mayBeRow(argument: Node): boolean {
  const { type } = unwrap(argument)
  return isRow(argument) || type === 'Identifier' || type === 'CallExpression' || type === 'MemberExpression'
}

/** The strings among the arguments, and in an object for the table. */
function tableNames({ arguments: given }: TSESTree.CallExpression): string[] {
  return given.flatMap((argument) => {
    const plain = unwrap(argument)
    if (plain.type !== 'ObjectExpression') return stringOf(plain) ?? []
    return plain.properties.flatMap((property) => {
      const isTable = property.type === 'Property' && /table/i.test(keyOf(property) ?? '')
      return isTable ? (stringOf(property.value) ?? []) : []
    })
  })
}

/** `Object.keys(row)`, and the like. */
function isKeysCall({ callee, arguments: given }: TSESTree.CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || given.length === 0)
    return false
  return callee.object.name === 'Object' && /^(?:keys|values|entries)$/.test(memberName(callee) ?? '')
}

/** A row in a variable of the function that makes SQL of it. */
function meetLocal(file: BuilderFile, row: Node, seen: Set<unknown>): void {
  const variable = row.type === 'Identifier' ? file.flow.variable(row) : undefined
  const declarator = variable?.defs[0]?.type === 'Variable' ? variable.defs[0].node : undefined
  const fn = declarator && functionAround(declarator)
  if (fn === undefined || row.type !== 'Identifier' || seen.has(variable)) return
  seen.add(variable)
  file.uses.next()
  for (const write of rowWritesOf(fn, lintedFile(file.context))) {
    const { table, schema } = write
    const relation = typeof table === 'string' ? file.tables.named(table, schema) : undefined
    if (write.row === row.name && relation) meetRow(file, relation, siteOf(row, file.context), write)
  }
}

function meet(file: BuilderFile, call: TSESTree.CallExpression, write: RowWrite): void {
  if (typeof write.row === 'string' || call.arguments.some(({ type }) => type === 'SpreadElement')) return
  const relation = relationOf(file, call, write)
  // What the function around is given itself is met at its own calls.
  if (relation === undefined || isParameter(call.arguments[write.row.index], file)) return
  for (const row of given(call, write.row, file)) meetRow(file, relation, row, write)
}

function isParameter(node: Node | undefined, file: BuilderFile): boolean {
  const plain = node && unwrap(node)
  if (plain?.type === 'MemberExpression') return isParameter(plain.object, file)
  return plain?.type === 'Identifier' && file.flow.variable(plain)?.defs[0]?.type === 'Parameter'
}

function meetRow(file: BuilderFile, relation: Relation, row: Site, { isCondition }: RowWrite): void {
  const entries = file.flow.entries(row)
  const places = entries.map(({ key }) => file.tables.column(relation, key))
  // What has other keys is no row of the table.
  if (places.includes(undefined)) return
  entries.forEach(({ value }, i) => {
    if (isCondition) file.uses.compare(places[i], 'equal', value, LINK)
    else file.uses.write(places[i], value, LINK)
  })
}

const LINK = 'a row whose keys and values go into SQL'

function relationOf(file: BuilderFile, call: TSESTree.CallExpression, write: RowWrite): Relation | undefined {
  const { table, schema } = write
  if (typeof table === 'string') return file.tables.named(table, schema)
  const names = given(call, table, file).map((site) => stringsAt(site))
  const [only, ...others] = names.flatMap(({ values }) => values)
  const isCertain = others.length === 0 && names.every(({ complete }) => complete)
  return only && isCertain ? file.tables.named(only.value, schema) : undefined
}

/** What a call gives for a part of an argument. */
function given(
  call: TSESTree.CallExpression,
  { index, keys }: GivenPath,
  file: BuilderFile,
): readonly Site[] {
  const argument = call.arguments[index]
  if (argument === undefined) return []
  const site = siteOf(argument, file.context)
  return keys.length === 0 ? [site] : partsOf(site, keys)
}
