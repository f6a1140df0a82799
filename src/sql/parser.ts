import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, dirname } from 'node:path'
import { createContext, Script } from 'node:vm'
import type { Node, RawStmt } from '@pgsql/types'
import { Unreadable } from './unreadable.js'

/** What this file needs of WebAssembly, whose types TypeScript has in its DOM library only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: object }
}

/** The functions and memory that `wasm/libpg-query.js` of libpg-query 18.1 exposes. */
interface PgQuery {
  _malloc(bytes: number): number
  _free(pointer: number): void
  lengthBytesUTF8(text: string): number
  stringToUTF8(text: string, pointer: number, bytes: number): void
  UTF8ToString(pointer: number): string
  getValue(pointer: number, type: 'i32'): number
  _wasm_parse_query_raw(query: number): number
  _wasm_free_parse_result(result: number): void
  _wasm_scan(query: number): number
  _wasm_parse_plpgsql(query: number): number
  _wasm_free_string(text: number): void
  HEAPU8: Uint8Array
}

/** One token as the Postgres scanner sees it. `start` and `end` are UTF-8 byte offsets. */
export interface ScanToken {
  readonly start: number
  readonly end: number
  readonly tokenName: string
  readonly keywordName: string
}

/** Text beyond this many UTF-16 units is not handed to the parser. */
const MAX_LENGTH = 8 * 1024 * 1024
/** libpg-query needs superlinear time for nested comments: 10,000 deep takes most of a second. */
const MAX_COMMENT_DEPTH = 500
/** WASM memory never shrinks: an instance that grew beyond this many bytes is replaced. */
const MAX_HEAP = 512 * 1024 * 1024

let compiled: { script: Script; wasm: object } | undefined
let instance: PgQuery | undefined

/** True once the parser has been loaded in this process: for tests and benchmarks of laziness. */
export function isParserLoaded(): boolean {
  return compiled !== undefined
}

/** The version of libpg-query. Does not load it. */
export function parserVersion(): string {
  const path = createRequire(import.meta.url).resolve('libpg-query/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

function compile(): { script: Script; wasm: object } {
  const folder = join(dirname(createRequire(import.meta.url).resolve('libpg-query')))
  const code = readFileSync(join(folder, 'libpg-query.js'), 'utf8')
  return {
    script: new Script(`${code}\n;PgQueryModule(moduleArg).then((m) => { loaded.module = m })`, {
      filename: 'libpg-query.js',
    }),
    wasm: new WebAssembly.Module(readFileSync(join(folder, 'libpg-query.wasm'))),
  }
}

/**
 * The parser, instantiated synchronously: the script runs in a context whose microtasks are drained before
 * `runInContext` returns (`microtaskMode: 'afterEvaluate'`), with emscripten's `instantiateWasm` hook.
 * The context has no `process`, so that the script takes neither files nor exit codes of this process.
 */
function load(): PgQuery {
  if (instance !== undefined && instance.HEAPU8.byteLength <= MAX_HEAP) return instance
  const { script, wasm } = (compiled ??= compile())
  const loaded: { module?: PgQuery } = {}
  const quiet = (): void => {}
  const context = createContext(
    {
      loaded,
      TextDecoder,
      console: { log: quiet, error: quiet, warn: quiet },
      moduleArg: {
        instantiateWasm(imports: object, done: (made: object, module: object) => void) {
          const made = new WebAssembly.Instance(wasm, imports)
          done(made, wasm)
          return made.exports
        },
      },
    },
    { microtaskMode: 'afterEvaluate' },
  )
  script.runInContext(context)
  if (loaded.module === undefined) throw new Error('libpg-query could not be instantiated synchronously.')
  return (instance = loaded.module)
}

/** Drops the instance: after an abort its memory can't be trusted. */
function discard(): void {
  instance = undefined
}

/** How deep block comments nest at most, counting every opener as one: an upper bound that is cheap. */
function tooManyComments(text: string): boolean {
  let depth = 0
  for (let i = text.indexOf('/*'); i >= 0; i = text.indexOf('/*', i + 2)) {
    depth++
    if (depth > MAX_COMMENT_DEPTH) break
  }
  if (depth <= MAX_COMMENT_DEPTH) return false
  depth = 0
  for (const [mark] of text.matchAll(/\/\*|\*\//g)) {
    depth = mark === '/*' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > MAX_COMMENT_DEPTH) return true
  }
  return false
}

function refusal(text: string): Unreadable | undefined {
  if (text.length > MAX_LENGTH) return new Unreadable(`longer than ${MAX_LENGTH} characters`)
  const nul = text.indexOf('\0')
  if (nul >= 0) return new Unreadable('contains a NUL character', nul)
  if (tooManyComments(text)) return new Unreadable(`comments are nested deeper than ${MAX_COMMENT_DEPTH}`)
  return undefined
}

function withText<T>(text: string, run: (pgQuery: PgQuery, pointer: number) => T): T | Unreadable {
  const refused = refusal(text)
  if (refused !== undefined) return refused
  let pgQuery: PgQuery
  let pointer: number
  try {
    pgQuery = load()
    // A lone surrogate has no UTF-8 form; U+FFFD is one UTF-16 unit too, so positions stay.
    const wellFormed = text.toWellFormed()
    const bytes = pgQuery.lengthBytesUTF8(wellFormed) + 1
    pointer = pgQuery._malloc(bytes)
    pgQuery.stringToUTF8(wellFormed, pointer, bytes)
    const result = run(pgQuery, pointer)
    pgQuery._free(pointer)
    return result
  } catch (error) {
    discard()
    // The error may come from the context's realm: no instanceof.
    const name = (error as { name?: unknown }).name
    return new Unreadable(
      name === 'RangeError' ? 'nested too deeply to be read' : 'the SQL parser gave up on this text',
    )
  }
}

/** UTF-16 offset of the `count`-th code point of `text`. */
function codePointOffset(text: string, count: number): number {
  let offset = 0
  for (let i = 0; i < count && offset < text.length; i++) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1
  return offset
}

/**
 * Parses SQL with the grammar of PostgreSQL 18.
 *
 * Every `location`, `stmt_location` and `stmt_len` in the result is in UTF-8 bytes; see {@link Utf8Offsets}.
 * Never throws: what can't be read is an {@link Unreadable}, whose offset is in UTF-16 units of `text`.
 */
export function parseSql(text: string): RawStmt[] | Unreadable {
  return withText(text, (pgQuery, pointer) => {
    const result = pgQuery._wasm_parse_query_raw(pointer)
    try {
      const error = pgQuery.getValue(result + 8, 'i32')
      if (error !== 0) {
        const message = pgQuery.UTF8ToString(pgQuery.getValue(error, 'i32'))
        // The cursor counts code points, from 1 (PostgreSQL protocol, error field P).
        const cursor = pgQuery.getValue(error + 16, 'i32')
        return new Unreadable(message, cursor > 0 ? codePointOffset(text, cursor - 1) : undefined)
      }
      const tree = JSON.parse(pgQuery.UTF8ToString(pgQuery.getValue(result, 'i32'))) as { stmts?: RawStmt[] }
      return tree.stmts ?? []
    } finally {
      pgQuery._wasm_free_parse_result(result)
    }
  })
}

function stringResult(text: string, call: '_wasm_scan' | '_wasm_parse_plpgsql'): string | Unreadable {
  return withText(text, (pgQuery, pointer) => {
    const result = pgQuery[call](pointer)
    try {
      const output = pgQuery.UTF8ToString(result)
      return output.startsWith('{') ? output : new Unreadable(output)
    } finally {
      pgQuery._wasm_free_string(result)
    }
  })
}

/** The tokens of `text`, offsets in UTF-8 bytes. Never throws. */
export function scanSql(text: string): ScanToken[] | Unreadable {
  const output = stringResult(text, '_wasm_scan')
  if (output instanceof Unreadable) return output
  // libpg-query 18.1 leaves control bytes of a token's text unescaped, which JSON does not allow.
  // eslint-disable-next-line no-control-regex
  const json = output.replace(/[\u0000-\u001f]/g, ' ')
  try {
    return (JSON.parse(json) as { tokens?: ScanToken[] }).tokens ?? []
  } catch {
    return new Unreadable('the SQL scanner gave up on this text')
  }
}

/**
 * The PL/pgSQL tree of a whole `CREATE FUNCTION`, `CREATE PROCEDURE` or `DO` statement, as libpg-query prints it:
 * `lineno` counts lines of the body from 1, positions inside the expressions are not given. Never throws.
 */
export function parsePlpgsql(text: string): unknown[] | Unreadable {
  const output = stringResult(text, '_wasm_parse_plpgsql')
  if (output instanceof Unreadable) return output
  try {
    return (JSON.parse(output) as { plpgsql_funcs?: unknown[] }).plpgsql_funcs ?? []
  } catch {
    return new Unreadable('the PL/pgSQL parser gave up on this text')
  }
}

export type { Node, RawStmt }
