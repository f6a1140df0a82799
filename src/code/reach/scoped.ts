import type { CodeContext } from '../context.js'
import { scopesOf } from './parsed.js'
import { hasScopes } from './site.js'
import type { SourceFile } from './site.js'

const files = new WeakMap<CodeContext, Map<string, SourceFile>>()

/** A file whose functions the linted one calls, with its scopes, where they can be had: the same for one linted text. Never throws. */
export function scopedFile(file: SourceFile): SourceFile {
  if (hasScopes(file)) return file
  const { context, filename } = file
  let known = files.get(context)
  if (known === undefined) files.set(context, (known = new Map()))
  let scoped = known.get(filename)
  if (scoped === undefined) {
    const scopes = scopesOf(file.ast, context.languageOptions?.parser)
    known.set(filename, (scoped = scopes === undefined ? file : { ...file, scopes }))
  }
  return scoped
}
