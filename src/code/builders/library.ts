import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Catalog } from '../../catalog/model.js'
import { Chains, isByCall } from './chain.js'
import type { Chain } from './chain.js'
import type { LibraryName } from './prefilter.js'
import { Flow } from './flow.js'
import { lintedFile } from '../reach/site.js'
import type { SourceFile } from '../reach/site.js'
import type { Node } from './syntax.js'
import { stringOf, unwrap } from './syntax.js'
import { Tables } from './tables.js'
import { Uses } from './uses.js'

/** The linted file, or one whose functions it calls, as the libraries see it: what they ask, and where they put what they find. */
export class BuilderFile {
  readonly context: CodeContext
  readonly source: SourceFile
  readonly catalog: Catalog
  readonly flow: Flow
  readonly chains: Chains
  readonly tables: Tables
  readonly uses: Uses
  #modules: readonly string[] | undefined

  constructor(context: CodeContext, catalog: Catalog, source = lintedFile(context)) {
    this.context = context
    this.source = source
    this.catalog = catalog
    this.flow = new Flow(context)
    this.chains = new Chains(this.flow)
    this.tables = new Tables(catalog)
    this.uses = new Uses(catalog, this.flow, this.tables)
  }

  /** The modules that the file imports. */
  modules(): readonly string[] {
    return (this.#modules ??= modulesOf(this.source.ast))
  }
}

/** The modules that a program imports or requires at its top, as written. */
function modulesOf(ast: TSESTree.Program): string[] {
  return ast.body.flatMap((statement) => {
    if (statement.type === 'ImportDeclaration') return [statement.source.value]
    if (statement.type !== 'VariableDeclaration') return []
    return statement.declarations.flatMap(({ init }) => {
      const call = init && unwrap(init)
      if (call?.type !== 'CallExpression') return []
      // `require('knex')` and `require('knex')({ client })`.
      const inner = call.callee.type === 'CallExpression' ? call.callee : call
      const isRequire = inner.callee.type === 'Identifier' && inner.callee.name === 'require'
      const name = isRequire ? stringOf(inner.arguments[0]) : undefined
      return name === undefined ? [] : [name]
    })
  })
}

/** A call that a library may know: `receiver.name(args)`, or `name(args)`. */
export class CallSite {
  readonly file: BuilderFile
  readonly call: TSESTree.CallExpression
  readonly name: string
  /** The arguments before the first spread. */
  readonly args: readonly Node[]
  /** What the method is called on; undefined for a plain function. */
  readonly receiver: Node | undefined

  constructor(file: BuilderFile, call: TSESTree.CallExpression, name: string, receiver: Node | undefined) {
    this.file = file
    this.call = call
    this.name = name
    this.receiver = receiver
    const spread = call.arguments.findIndex(({ type }) => type === 'SpreadElement')
    this.args = spread === -1 ? call.arguments : call.arguments.slice(0, spread)
  }

  /** The chains that this call may be the last step of. */
  chains(): readonly Chain[] {
    const chains = this.file.chains.of(this.call)
    if (chains.some(isByCall)) this.file.uses.onlyInPlace = true
    return chains
  }
}

/** What the engine knows of one library. */
export interface Library {
  /** As users know it: `kysely`. */
  readonly name: LibraryName
  /** What to do at a call, by the name of the method or function. */
  readonly calls: Readonly<Record<string, (site: CallSite) => void>>
  /** What to do at a call of a plain name that `calls` does not list: callbacks name their helpers as they like. */
  readonly otherwise?: (site: CallSite) => void
}

/** The same handler for several names. */
export function all(
  names: readonly string[],
  handle: (site: CallSite) => void,
): Record<string, (site: CallSite) => void> {
  return Object.fromEntries(names.map((name) => [name, handle]))
}
