import type { TSESTree } from '@typescript-eslint/utils'
import { isBuiltin } from './builtins.js'
import type { Machine } from './machine.js'
import { memberOf } from './members.js'
import { UNKNOWN, type Exports, type Scope, type Value } from './values.js'

/** A module, and the tool of the migrations that it is read for. */
export type Place = Pick<Machine, 'module' | 'tool'>

/** As Node names what a CommonJS module is as a whole, where that is no object, for code that imports it. */
export const WHOLE = 'module.exports'

/** `require(specifier)`. */
export function requireModule(place: Place, specifier: string | undefined): Value {
  if (specifier === undefined) return UNKNOWN
  const builtin = builtinName(specifier)
  if (isBuiltin(builtin)) return { kind: 'builtin', name: builtin }
  return namespaceOf(importedBy(place, specifier)) ?? UNKNOWN
}

function builtinName(specifier: string): string {
  return specifier.replace(/^node:/, '')
}

/** What a package exports that the tool knows, or a file of the project; undefined for another package. */
export function importedBy({ module, tool }: Place, specifier: string): Exports | undefined {
  const known = tool.imported?.(specifier)
  if (known === undefined) return module.load(specifier)
  return { get: (name) => known.get(name), all: () => known }
}

/** All that a module exports, which is also what the default import of a CommonJS module is. */
export function namespaceOf(exported: Exports | undefined): Value | undefined {
  const whole = exported?.get(WHOLE)
  if (whole !== undefined) return whole
  const all = exported?.all()
  return all && { kind: 'object', entries: new Map(all) }
}

/** `import ... from '...'`: nothing is read before a name is asked for. */
export function importNames(
  { module, tool }: Place,
  { source, specifiers }: TSESTree.ImportDeclaration,
  scope: Scope,
): void {
  const place = { module, tool }
  const builtin = builtinName(source.value)
  for (const specifier of specifiers) {
    const name = specifier.type === 'ImportSpecifier' ? nameIn(specifier.imported) : undefined
    const isAll = specifier.type === 'ImportNamespaceSpecifier'
    scope.setLater(specifier.local.name, () => {
      if (isBuiltin(builtin))
        return { kind: 'builtin', name: name === undefined ? builtin : `${builtin}.${name}` }
      const exported = importedBy(place, source.value)
      const own = isAll ? undefined : exported?.get(name ?? 'default')
      return own ?? (name === undefined ? namespaceOf(exported) : undefined) ?? UNKNOWN
    })
  }
}

/** `import name = require('...')`. */
export function importWhole(
  { module, tool }: Place,
  { id, moduleReference }: TSESTree.TSImportEqualsDeclaration,
  scope: Scope,
): void {
  if (moduleReference.type !== 'TSExternalModuleReference') return
  const { value } = moduleReference.expression as TSESTree.StringLiteral
  scope.setLater(id.name, () => requireModule({ module, tool }, value))
}

/** `const name = require('...')`, `const { name } = require('...')`: as an import is. False for any other declaration. */
export function requireLater(
  machine: Machine,
  { declarations }: TSESTree.VariableDeclaration,
  scope: Scope,
): boolean {
  const { module, tool } = machine
  const place = { module, tool }
  const sources = declarations.map(({ id, init }) => (hasNames(id) ? required(init, scope) : undefined))
  if (sources.includes(undefined)) return false
  for (const [index, { id }] of declarations.entries()) {
    const source = sources[index]!
    if (id.type === 'Identifier') scope.setLater(id.name, () => requireModule(place, source))
    for (const [name, local] of id.type === 'ObjectPattern' ? namesOf(id) : [])
      scope.setLater(local, () => {
        const own = isBuiltin(builtinName(source)) ? undefined : importedBy(place, source)?.get(name)
        return own ?? memberOf(machine, requireModule(place, source), name)
      })
  }
  return true
}

/** The module that `require('...')` names. */
function required(node: TSESTree.Expression | null, scope: Scope): string | undefined {
  if (node?.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined
  if (node.callee.name !== 'require' || scope.get('require') !== undefined) return undefined
  const [source] = node.arguments
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
}

function hasNames(target: TSESTree.BindingName): boolean {
  return (
    target.type === 'Identifier' ||
    (target.type === 'ObjectPattern' && namesOf(target).length === target.properties.length)
  )
}

/** The names that a pattern takes, and what it calls them: of what is as simple as an import. */
function namesOf({ properties }: TSESTree.ObjectPattern): [name: string, local: string][] {
  return properties.flatMap((property): [string, string][] => {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') return []
    return property.value.type === 'Identifier' ? [[property.key.name, property.value.name]] : []
  })
}

/** The name that an import or an export gives, which may be a string. */
export function nameIn(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
