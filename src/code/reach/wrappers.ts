import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf } from './binding.js'
import { staticKey } from './site.js'
import type { Node, SourceFile } from './site.js'

/*
 * Functions that give back the one that they are given: it is called with the same arguments, and its result is theirs. Sources:
 * https://react.dev/reference/react/cache, https://nextjs.org/docs/app/api-reference/functions/unstable_cache, https://lodash.com/docs,
 * and the readmes of the packages.
 */

const WRAPPERS: Readonly<Record<string, ReadonlySet<string>>> = {
  react: names('cache', 'useCallback', 'useEffectEvent', 'experimental_useEffectEvent'),
  'next/cache': names('unstable_cache'),
  lodash: names('memoize', 'once', 'debounce', 'throttle'),
  'es-toolkit': names('memoize', 'once', 'debounce', 'throttle'),
  remeda: names('once'),
  radash: names('memo'),
  'p-memoize': names('default'),
  memoize: names('default'),
  mem: names('default'),
  'memoize-one': names('default'),
  'fast-memoize': names('default'),
  moize: names('default'),
  'micro-memoize': names('default', 'memoize'),
  memoizee: names('default'),
  'express-async-handler': names('default'),
}

/** Packages that export one of lodash's functions each: `lodash/once`, `lodash-es/once`, `lodash.once`. */
const SINGLE = /^lodash(?:-es)?[./](\w+?)(?:\.js)?$/

function names(...all: string[]): ReadonlySet<string> {
  return new Set(all)
}

/** The function in `cache(async (id) => ...)`, which calls of the whole call; undefined for any other call. */
export function wrappedFunction(
  { callee, arguments: [first] }: TSESTree.CallExpression,
  file: SourceFile,
): Node | undefined {
  const root = callee.type === 'MemberExpression' ? callee.object : callee
  if (first === undefined || first.type === 'SpreadElement' || root.type !== 'Identifier') return undefined
  const key = callee.type === 'MemberExpression' ? staticKey(callee) : undefined
  if (callee.type === 'MemberExpression' && key === undefined) return undefined
  const from = packageOf(root, file)
  if (from === undefined) return undefined
  // `import React from 'react'` and `const _ = require('lodash')` are the whole package, as `import * as` is.
  const isWhole = from.name === '*' || (from.name === 'default' && key !== undefined)
  if (isWhole !== (key !== undefined)) return undefined
  return isWrapper(from.source, key ?? from.name) ? first : undefined
}

function isWrapper(source: string, name: string): boolean {
  const single = SINGLE.exec(source)?.[1]
  if (single !== undefined) return name === 'default' && WRAPPERS['lodash']!.has(single)
  const plain = source === 'lodash-es' ? 'lodash' : source
  return Object.hasOwn(WRAPPERS, plain) && WRAPPERS[plain]!.has(name)
}

/** The package that a name is imported or required from, and as what. */
function packageOf(
  name: TSESTree.Identifier,
  file: SourceFile,
): { readonly source: string; readonly name: string } | undefined {
  const binding = bindingOf(name, file)
  if (binding?.kind === 'import') return { source: binding.source, name: binding.imported }
  if (binding?.kind !== 'variable' || binding.writes !== undefined) return undefined
  const { id, init } = binding.declarator
  const source = init == null ? undefined : requiredPackage(init)
  if (source === undefined) return undefined
  if (id.type === 'Identifier') return { source, name: 'default' }
  if (id.type !== 'ObjectPattern') return undefined
  const property = id.properties.find((one) => one.type === 'Property' && one.value === binding.identifier)
  const imported = property?.type === 'Property' ? staticKey(property) : undefined
  return imported === undefined ? undefined : { source, name: imported }
}

function requiredPackage(node: Node): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined
  const [source] = node.arguments
  return node.callee.name === 'require' && source?.type === 'Literal' ? String(source.value) : undefined
}
