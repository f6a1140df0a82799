import type { TSESTree } from '@typescript-eslint/utils'
import { MIGRATIONS } from './builtins.js'
import { classValue } from './classes.js'
import { declare, hoist, namesIn } from './declarations.js'
import {
  WHOLE,
  importNames,
  importWhole,
  importedBy,
  nameIn,
  namespaceOf,
  requireLater,
  type Place,
} from './imports.js'
import type { Machine } from './machine.js'
import { Slices, declarationOf, type TopStatement } from './slices.js'
import { Scope, UNKNOWN, type Value } from './values.js'

/** Where a name comes from that a module exports. */
type Origin =
  /** A name of the module. */
  | { readonly local: string }
  /** `export default`. */
  | { readonly statement: TSESTree.ExportDefaultDeclaration }
  /** Another module, and the name there; undefined for all that it exports. */
  | { readonly source: string; readonly name: string | undefined }

/** The code of a module, of which as much is run as the names take that are asked for. */
export class ModuleCode {
  readonly #scope = new Scope()
  /** `module`. */
  readonly #module: Value
  readonly #origins = new Map<string, Origin>()
  /** The modules that all is passed on from. */
  readonly #stars: string[] = []
  readonly #ran = new Set<TopStatement>()
  #default: Value | undefined
  #slices: Slices | undefined

  constructor(
    private readonly place: Place,
    private readonly program: TSESTree.Program,
  ) {
    const scope = this.#scope
    const own: Value = { kind: 'object', entries: new Map() }
    this.#module = { kind: 'object', entries: new Map([['exports', own]]) }
    scope.set('exports', own)
    scope.set('module', this.#module)
    scope.set('__dirname', { kind: 'constant', value: MIGRATIONS + place.module.dir })
    hoist(place, program.body.map(declarationOf), scope)
    for (const statement of program.body) {
      if (statement.type === 'ImportDeclaration') importNames(place, statement, scope)
      else if (statement.type === 'TSImportEqualsDeclaration') importWhole(place, statement, scope)
      else this.#note(statement)
    }
  }

  /** What it exports under a name: runs what that takes and was not run yet. */
  get(machine: Machine, name: string): Value | undefined {
    const origin = this.#origins.get(name)
    const names = origin !== undefined && 'local' in origin ? [origin.local] : []
    const statements = origin !== undefined && 'statement' in origin ? [origin.statement] : []
    this.#slices ??= new Slices(this.program)
    this.#run(machine, this.#slices.of([...names, 'exports', 'module'], statements))
    if (origin !== undefined) return this.#valueOf(origin)
    const assigned = this.#assigned
    const own = assigned?.kind === 'object' ? assigned.entries.get(name) : undefined
    if (name === WHOLE) return assigned?.kind === 'object' ? undefined : assigned
    if (own !== undefined || name === 'default') return own
    for (const source of this.#stars) {
      const found = importedBy(this.place, source)?.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** All that it exports, by name; under `WHOLE` what it is as a whole, where that is no object. */
  all(machine: Machine): ReadonlyMap<string, Value> {
    this.#run(machine, this.program.body)
    const all = new Map<string, Value>()
    for (const source of this.#stars)
      for (const [name, value] of importedBy(this.place, source)?.all() ?? [])
        if (name !== 'default' && name !== WHOLE) all.set(name, value)
    const assigned = this.#assigned
    if (assigned?.kind === 'object') for (const [name, value] of assigned.entries) all.set(name, value)
    else if (assigned !== undefined) all.set(WHOLE, assigned)
    for (const [name, origin] of this.#origins) all.set(name, this.#valueOf(origin) ?? UNKNOWN)
    return all
  }

  /** Notes what a statement exports. */
  #note(statement: TopStatement): void {
    switch (statement.type) {
      case 'ExportDefaultDeclaration':
        this.#origins.set('default', { statement })
        break
      case 'ExportAllDeclaration': {
        const source = statement.source.value
        if (statement.exported === null) this.#stars.push(source)
        else this.#origins.set(nameIn(statement.exported), { source, name: undefined })
        break
      }
      case 'ExportNamedDeclaration':
        for (const name of namesIn(declarationOf(statement))) this.#origins.set(name, { local: name })
        for (const { local, exported } of statement.specifiers) {
          const name = nameIn(local)
          const source = statement.source?.value
          this.#origins.set(nameIn(exported), source === undefined ? { local: name } : { source, name })
        }
    }
  }

  #valueOf(origin: Origin): Value | undefined {
    if ('local' in origin) return this.#scope.get(origin.local)
    if ('statement' in origin) return this.#default
    const other = importedBy(this.place, origin.source)
    return origin.name === undefined ? namespaceOf(other) : other?.get(origin.name)
  }

  /** `module.exports`, as far as it was run. */
  get #assigned(): Value | undefined {
    return this.#module.kind === 'object' ? this.#module.entries.get('exports') : undefined
  }

  #run(machine: Machine, statements: readonly TopStatement[]): void {
    for (const statement of statements) {
      if (this.#ran.has(statement)) continue
      this.#ran.add(statement)
      this.#statement(machine, statement)
    }
  }

  #statement(machine: Machine, statement: TopStatement): void {
    const scope = this.#scope
    switch (statement.type) {
      case 'ExportAllDeclaration':
        break
      case 'ExportDefaultDeclaration':
        this.#default = defaultOf(machine, statement.declaration, scope)
        break
      case 'TSExportAssignment':
        if (this.#module.kind === 'object')
          this.#module.entries.set('exports', machine.evaluate(statement.expression, scope))
        break
      case 'ExportNamedDeclaration':
        if (statement.declaration != null) declare(machine, statement.declaration, scope)
        break
      case 'VariableDeclaration':
        if (!requireLater(machine, statement, scope)) machine.run(statement, scope)
        break
      default:
        machine.run(statement, scope)
    }
  }
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
