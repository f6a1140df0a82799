import type { Chain } from './chain.js'
import { origin } from './chain.js'
import type { BuilderFile } from './library.js'
import type { Node } from './syntax.js'

/** Whether the file imports (or requires) a module whose name matches. */
export function importsFrom(file: BuilderFile, module: RegExp): boolean {
  return file.modules().some((name) => module.test(name))
}

/** The module that an identifier is imported from, as written. */
export function moduleOf(file: BuilderFile, node: Node): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const definition = file.flow.variable(node)?.defs[0]
  if (definition?.type !== 'ImportBinding') return undefined
  return definition.parent?.type === 'ImportDeclaration' ? definition.parent.source.value : undefined
}

/** Globals and classes whose `from` has nothing to do with tables. */
const OTHER_FROM = new Set([
  'Array',
  'Buffer',
  'Observable',
  'Readable',
  'Iterator',
  'Temporal',
  'Uint8Array',
  'Stream',
])

/** Whether the `from` of a chain is that of `Array.from` and its like. */
export function isOtherFrom(chain: Chain): boolean {
  const start = origin(chain)
  return start.type === 'Identifier' && OTHER_FROM.has(start.name)
}
