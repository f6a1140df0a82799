import type { TSESTree } from '@typescript-eslint/utils'
import { isBuiltin, MIGRATIONS } from './builtins.js'
import { declare, hoist, namesIn } from './declarations.js'
import type { Machine } from './machine.js'
import { Scope, UNKNOWN, type Module, type Value } from './values.js'

/** What a module exports, by name. */
type Exports = Map<string, Value>

/** Reads a module from top to bottom: the names in it, and what it exports. */
export function evaluateModule(
  machine: Machine,
  program: TSESTree.Program,
): { scope: Scope; exported: Exports } {
  const scope = new Scope()
  const exported: Exports = new Map()
  scope.set('exports', { kind: 'object', entries: new Map() })
  scope.set('__dirname', { kind: 'constant', value: MIGRATIONS + machine.module.dir })
  hoist(machine, program.body, scope)
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') importNames(machine.module, statement, scope)
  }
  for (const statement of program.body) topLevel(machine, statement, scope, exported)
  return { scope, exported }
}

/** `require(specifier)`. */
export function requireModule(module: Module, specifier: string | undefined): Value {
  if (specifier === undefined) return UNKNOWN
  const builtin = builtinName(specifier)
  if (isBuiltin(builtin)) return { kind: 'builtin', name: builtin }
  const entries = load(module, specifier)
  return entries === undefined ? UNKNOWN : { kind: 'object', entries }
}

function builtinName(specifier: string): string {
  return specifier.replace(/^node:/, '')
}

/** What a file of the project exports; undefined for a package. */
function load(module: Module, specifier: string): ReadonlyMap<string, Value> | undefined {
  return specifier.startsWith('.') ? module.load(specifier) : undefined
}

function importNames(module: Module, { source, specifiers }: TSESTree.ImportDeclaration, scope: Scope): void {
  const builtin = builtinName(source.value)
  const exported = load(module, source.value)
  for (const specifier of specifiers) {
    const name = specifier.type === 'ImportSpecifier' ? nameIn(specifier.imported) : undefined
    let value: Value | undefined
    if (isBuiltin(builtin))
      value = { kind: 'builtin', name: name === undefined ? builtin : `${builtin}.${name}` }
    else if (exported !== undefined && specifier.type === 'ImportNamespaceSpecifier')
      value = { kind: 'object', entries: exported }
    else value = exported?.get(name ?? 'default')
    scope.set(specifier.local.name, value ?? UNKNOWN)
  }
}

function topLevel(
  machine: Machine,
  statement: TSESTree.ProgramStatement,
  scope: Scope,
  exported: Exports,
): void {
  switch (statement.type) {
    case 'ExpressionStatement':
      exportAssigned(machine, statement.expression, scope, exported)
      break
    case 'ExportAllDeclaration':
      for (const [name, value] of load(machine.module, statement.source.value) ?? [])
        if (name !== 'default') exported.set(name, value)
      break
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement
      if (!/Declaration$/.test(declaration.type))
        exported.set('default', machine.evaluate(declaration, scope))
      break
    }
    case 'ExportNamedDeclaration':
      exportNamed(machine, statement, scope, exported)
      break
    default:
      declare(machine, statement, scope)
  }
}

/** `export const name = ...`, `export { name }`, `export { name } from '...'`. */
function exportNamed(
  machine: Machine,
  { declaration, source, specifiers }: TSESTree.ExportNamedDeclaration,
  scope: Scope,
  exported: Exports,
): void {
  if (declaration != null) {
    hoist(machine, [declaration], scope)
    declare(machine, declaration, scope)
    for (const name of namesIn(declaration)) exported.set(name, scope.get(name) ?? UNKNOWN)
  }
  const other = source === null ? undefined : load(machine.module, source.value)
  for (const { local, exported: as } of specifiers) {
    const value = source === null ? scope.get(nameIn(local)) : other?.get(nameIn(local))
    exported.set(nameIn(as), value ?? UNKNOWN)
  }
}

/** `exports.up = ...`, `module.exports = { up }`. */
function exportAssigned(
  machine: Machine,
  expression: TSESTree.Expression,
  scope: Scope,
  exported: Exports,
): void {
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return
  const { object, property } = expression.left
  const name = property.type === 'Identifier' ? property.name : undefined
  const value = machine.evaluate(expression.right, scope)
  if (name === 'exports' && object.type === 'Identifier' && value.kind === 'object') {
    for (const [key, item] of value.entries) exported.set(key, item)
  } else if (name !== undefined) exported.set(name, value)
}

function nameIn(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
