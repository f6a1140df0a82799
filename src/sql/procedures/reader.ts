import { Unknowable } from '../../catalog/error.js'
import type { StoredFunction } from '../../catalog/stored.js'
import { readActions, readStatements } from '../ddl/read.js'
import type { Step } from '../ddl/step.js'
import { Unreadable } from '../unreadable.js'
import type { Block } from './block.js'
import { parseQuery, readBlock } from './readBlock.js'
import type { QueryTree } from './tree.js'

/** Reads SQL that is met only while migrations run: bodies of functions that they call, texts of EXECUTE. */
export interface DynamicReader {
  steps(text: string): readonly Step[]
  query(text: string): QueryTree | undefined
  /** Throws Unknowable for a body that can't be read. */
  block(of: StoredFunction, body: string): Block
}

/** What a cache keeps of dynamic SQL: plain JSON by key. */
export interface DynamicCache {
  get(key: string): unknown
  set(key: string, value: unknown): void
}

/** The statement that defines a function, as far as the PL/pgSQL parser looks at it. */
function definition(of: StoredFunction, body: string): string {
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
  const args = of.arguments
    .filter((argument) => argument.mode !== 'table')
    .map((argument) => {
      const mode = argument.mode === 'in' ? '' : `${argument.mode} `
      const array = argument.mode === 'variadic' || argument.type.array ? '[]' : ''
      return `${mode}${argument.name === undefined ? '' : `${quote(argument.name)} `}text${array}`
    })
  let tag = '$body$'
  while (body.includes(tag)) tag = `${tag.slice(0, -1)}_$`
  const outs = of.arguments.some((argument) => argument.mode === 'out' || argument.mode === 'inout')
  const returns =
    of.kind === 'procedure' || outs
      ? ''
      : ` RETURNS ${of.returnsSet ? 'SETOF text' : of.returns?.oid === 2278 ? 'void' : of.returns?.oid === 2279 ? 'trigger' : 'text'}`
  const kind = of.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION'
  return `CREATE ${kind} f(${args.join(', ')})${returns} LANGUAGE plpgsql AS ${tag}${body}${tag}`
}

/** Reads with the parser, keeping what was read in `cache`, so that a warm start needs no parser. */
export function dynamicReader(cache: DynamicCache = new Map<string, unknown>()): DynamicReader {
  const cached = <T>(key: string, read: () => T): T => {
    const known = cache.get(key)
    if (known !== undefined) return known as T
    const value = read()
    cache.set(key, value)
    return value
  }
  return {
    steps: (text) => cached(`steps ${text}`, () => readStatements(text, 1)),
    query: (text) => cached(`query ${text}`, () => ({ tree: parseQuery(text) })).tree,
    block(of, body) {
      const text = definition(of, body)
      const read = cached<Block | { readonly reason: string }>(`block ${text}`, () => {
        const block = readBlock(text, (statement, line) => readActions(statement, 1 + line))
        return block instanceof Unreadable ? { reason: block.reason } : block
      })
      if ('reason' in read) throw new Unknowable(read.reason)
      return read
    },
  }
}
