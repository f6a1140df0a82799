import type { TSESTree } from '@typescript-eslint/utils'
import { isBuiltin, MIGRATIONS } from './builtins.js'
import { classValue } from './classes.js'
import { declare, hoist, namesIn } from './declarations.js'
import type { Machine } from './machine.js'
import { Scope, UNKNOWN, type Value } from './values.js'

/** What a module exports, by name; under `WHOLE` what it is as a whole, where that is no object. */
type Exports = Map<string, Value>

/** As Node names it for code that imports a CommonJS module. */
const WHOLE = 'module.exports'

/** Reads a module from top to bottom: what it exports, by name. */
export function evaluateModule(machine: Machine, program: TSESTree.Program): Exports {
  const scope = new Scope()
  const exported: Exports = new Map()
  const own: Value = { kind: 'object', entries: new Map() }
  const module: Value = { kind: 'object', entries: new Map([['exports', own]]) }
  scope.set('exports', own)
  scope.set('module', module)
  scope.set('__dirname', { kind: 'constant', value: MIGRATIONS + machine.module.dir })
  hoist(machine, program.body.flatMap(declarationsIn), scope)
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') importNames(machine, statement, scope)
  }
  for (const statement of program.body) topLevel(machine, statement, scope, exported)
  const assigned = module.kind === 'object' ? module.entries.get('exports') : undefined
  for (const [name, value] of assigned?.kind === 'object' ? assigned.entries : [])
    if (!exported.has(name)) exported.set(name, value)
  if (assigned !== undefined && assigned.kind !== 'object') exported.set(WHOLE, assigned)
  return exported
}

/** A statement of a module, and the declaration that it exports. */
function declarationsIn(statement: TSESTree.ProgramStatement): TSESTree.Node[] {
  const exports = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
  return exports && statement.declaration !== null ? [statement.declaration] : [statement]
}

/** `require(specifier)`. */
export function requireModule(machine: Machine, specifier: string | undefined): Value {
  if (specifier === undefined) return UNKNOWN
  const builtin = builtinName(specifier)
  if (isBuiltin(builtin)) return { kind: 'builtin', name: builtin }
  return namespaceOf(load(machine, specifier)) ?? UNKNOWN
}

function builtinName(specifier: string): string {
  return specifier.replace(/^node:/, '')
}

/** What a file of the project exports, or a package that the tool knows; undefined for another package. */
function load({ module, tool }: Machine, specifier: string): ReadonlyMap<string, Value> | undefined {
  return specifier.startsWith('.') ? module.load(specifier) : tool.imported?.(specifier)
}

function importNames(
  machine: Machine,
  { source, specifiers }: TSESTree.ImportDeclaration,
  scope: Scope,
): void {
  const builtin = builtinName(source.value)
  const exported = load(machine, source.value)
  for (const specifier of specifiers) {
    const name = specifier.type === 'ImportSpecifier' ? nameIn(specifier.imported) : undefined
    let value: Value | undefined
    if (isBuiltin(builtin))
      value = { kind: 'builtin', name: name === undefined ? builtin : `${builtin}.${name}` }
    else if (exported !== undefined && specifier.type === 'ImportNamespaceSpecifier')
      value = namespaceOf(exported)
    else value = exported?.get(name ?? 'default') ?? (name === undefined ? namespaceOf(exported) : undefined)
    scope.set(specifier.local.name, value ?? UNKNOWN)
  }
}

/** All that a module exports, which is also what the default import of a CommonJS module is. */
function namespaceOf(exported: ReadonlyMap<string, Value> | undefined): Value | undefined {
  return exported && (exported.get(WHOLE) ?? { kind: 'object', entries: new Map(exported) })
}

function topLevel(
  machine: Machine,
  statement: TSESTree.ProgramStatement,
  scope: Scope,
  exported: Exports,
): void {
  switch (statement.type) {
    case 'ExportAllDeclaration':
      exportAll(machine, statement, exported)
      break
    case 'ExportDefaultDeclaration':
      exported.set('default', defaultOf(machine, statement.declaration, scope))
      break
    case 'TSExportAssignment': {
      const value = machine.evaluate(statement.expression, scope)
      if (value.kind !== 'object') exported.set(WHOLE, value)
      else for (const [name, item] of value.entries) exported.set(name, item)
      break
    }
    case 'ExportNamedDeclaration':
      exportNamed(machine, statement, scope, exported)
      break
    default:
      machine.run(statement, scope)
  }
}

/** `export * from '...'`, `export * as name from '...'`. */
function exportAll(machine: Machine, node: TSESTree.ExportAllDeclaration, exported: Exports): void {
  const other = load(machine, node.source.value)
  if (node.exported !== null) exported.set(nameIn(node.exported), namespaceOf(other) ?? UNKNOWN)
  else
    for (const [name, value] of other ?? [])
      if (name !== 'default' && name !== WHOLE) exported.set(name, value)
}

/** What `export default` exports. */
function defaultOf(
  machine: Machine,
  declaration: TSESTree.ExportDefaultDeclaration['declaration'],
  scope: Scope,
): Value {
  if (declaration.type === 'FunctionDeclaration')
    return { kind: 'function', node: declaration, scope, module: machine.module }
  if (declaration.type === 'ClassDeclaration') {
    declare(machine, declaration, scope)
    return declaration.id === null
      ? classValue(machine, declaration, scope)
      : (scope.get(declaration.id.name) ?? UNKNOWN)
  }
  return /^TS.*Declaration$/.test(declaration.type) ? UNKNOWN : machine.evaluate(declaration, scope)
}

/** `export const name = ...`, `export { name }`, `export { name } from '...'`. */
function exportNamed(
  machine: Machine,
  { declaration, source, specifiers }: TSESTree.ExportNamedDeclaration,
  scope: Scope,
  exported: Exports,
): void {
  if (declaration != null) {
    declare(machine, declaration, scope)
    for (const name of namesIn(declaration)) exported.set(name, scope.get(name) ?? UNKNOWN)
  }
  const other = source === null ? undefined : load(machine, source.value)
  for (const { local, exported: as } of specifiers) {
    const value = source === null ? scope.get(nameIn(local)) : other?.get(nameIn(local))
    exported.set(nameIn(as), value ?? UNKNOWN)
  }
}

function nameIn(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
