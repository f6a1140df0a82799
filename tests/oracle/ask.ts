import type { PGlite } from '@electric-sql/pglite'
import { stringConstants } from '../../src/sql/constants.js'
import { analyzeSql } from '../../src/sql/analyze/index.js'
import type { Catalog } from '../../src/catalog/model.js'

/** A constant that is rejected: its place among the statement's string constants, and the value (of an array's element, too). */
export type Rejection = `${number} ${string}`

export interface Verdict {
  readonly rejected: ReadonlySet<Rejection>
  /** SQLSTATE and message of what is wrong beside the values. */
  readonly error?: { readonly code: string; readonly message: string }
  /** Name and type OID of each result column. */
  readonly columns?: readonly string[]
  readonly parameters?: readonly number[]
}

interface PostgresError {
  readonly code?: string
  readonly message: string
  readonly position?: string
}

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Byte or code point positions don't matter here: Postgres counts characters from 1. */
function utf16(text: string, position: number): number {
  let offset = 0
  for (let i = 1; i < position && offset < text.length; i++)
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1
  return offset
}

/** A constant that is none of a type without a value set is made right too, and not counted. */
function plainValue(message: string): string | undefined {
  if (message.startsWith('malformed array literal')) return '{}'
  const type = /^invalid input syntax for type (integer|bigint|boolean): /.exec(message)?.[1]
  return type === undefined ? undefined : type === 'boolean' ? 't' : '0'
}

const MADE = new Set(['0', 't', '{}'])

/** Undefined where the constant is such a value already: it is read as two types at once. */
function withConstant(text: string, position: number, value: string): string | undefined {
  const at = utf16(text, position)
  const constant = stringConstants(text).find(({ start }) => start === at)
  if (constant === undefined || MADE.has(constant.value)) return undefined
  return text.slice(0, constant.start) + quote(value) + text.slice(constant.end)
}

/** What Postgres says to a statement: each rejected value is replaced by 'ok' and Postgres asked again. */
export async function askPostgres(db: PGlite, statement: string): Promise<Verdict> {
  const rejected = new Set<Rejection>()
  let text = statement
  for (let round = 0; round < 200; round++) {
    try {
      const { queryParams, resultFields } = await db.describeQuery(text)
      return {
        rejected,
        columns: resultFields.map((field) => `${field.name}:${field.dataTypeID}`),
        parameters: queryParams.map((parameter) => parameter.dataTypeID),
      }
    } catch (thrown) {
      const error = thrown as PostgresError
      const value = /^invalid input value for enum [^:]*: "([^]*)"$/.exec(error.message)?.[1]
      const plain = plainValue(error.message)
      const changed = plain === undefined ? undefined : withConstant(text, Number(error.position), plain)
      if (changed !== undefined) {
        text = changed
        continue
      }
      // What was made right for one type, and is wrong for another that reads the same constant.
      const made = value !== undefined && MADE.has(value)
      if (error.code !== '22P02' || value === undefined || made || error.position === undefined) {
        return { rejected, error: { code: error.code ?? '', message: error.message } }
      }
      const at = utf16(text, Number(error.position))
      const constants = stringConstants(text)
      const index = constants.findIndex((constant) => constant.start === at)
      const constant = constants[index]
      if (constant === undefined) throw new Error(`no constant at ${at}: ${text}`, { cause: thrown })
      rejected.add(`${index} ${value}`)
      const written = value === '' ? '""' : value
      const fixed = constant.value === value ? 'ok' : constant.value.replace(written, () => 'ok')
      if (fixed === constant.value)
        return { rejected, error: { code: '22P02', message: `cannot replace ${value}` } }
      text = text.slice(0, constant.start) + quote(fixed) + text.slice(constant.end)
    }
  }
  throw new Error(`no end: ${statement}`)
}

/** What the analysis says, in the same words. */
export function askAnalysis(catalog: Catalog, statement: string, arrayOid: (oid: number) => number): Verdict {
  const analysis = analyzeSql(statement, catalog)
  const constants = stringConstants(statement)
  const rejected = new Set<Rejection>()
  for (const use of analysis.uses) {
    if (use.type !== 'literal' || use.effect !== 'reject' || use.valueSet.kind !== 'enum') continue
    // To prepare a statement says nothing about what is cast when it runs.
    if (use.atRunTime === true) continue
    if (use.valueSet.values.some((label) => label.value === use.value)) continue
    const index = constants.findIndex((constant) => constant.start <= use.start && use.end <= constant.end)
    rejected.add(`${index} ${use.value}`)
  }
  const [refusal] = analysis.refusals
  const oid = (type: { oid: number; array: boolean } | undefined): number =>
    type === undefined ? 0 : type.array ? arrayOid(type.oid) : type.oid
  return {
    rejected,
    ...(analysis.unreadable === undefined
      ? {}
      : { error: { code: '42601', message: analysis.unreadable.reason } }),
    ...(refusal === undefined ? {} : { error: refusal }),
    ...(analysis.result === undefined
      ? {}
      : { columns: analysis.result.map((c) => `${c.name}:${oid(c.type)}`) }),
    parameters: analysis.parameters.map(oid),
  }
}
