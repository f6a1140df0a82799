/**
 * The mutation run: every SQL string constant of a project that Postgres itself takes for an enum value is misspelled, one
 * at a time, and the linter must report it. Run by hand:
 *
 *   npx jiti bench/mutation.ts PROJECT MIGRATIONS
 *
 * Independent of our own reading: texts are taken from the files' literals and templates by a plain walk, holes become
 * parameters, and an embedded Postgres that ran the migrations says (PREPARE, code 22P02) which constants are enum values.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import * as parser from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { Linter } from 'eslint'
import pgEnum from '../src/index.js'
import { readMigrationSet } from '../src/migrations/discover.js'
import { splitStatements } from '../src/sql/split.js'

const [project, migrations] = process.argv.slice(2)
if (project === undefined || migrations === undefined) {
  console.error('usage: jiti bench/mutation.ts PROJECT MIGRATIONS')
  process.exit(2)
}

/** One SQL text as it stands in a file: its parts of source, in order, with holes between them. */
interface Text {
  readonly sql: string
  /** Source offset of each UTF-16 unit of `sql`; undefined inside a hole's parameter. */
  readonly source: readonly (number | undefined)[]
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!/^(?:node_modules|dist|\.git|\.next)$/.test(entry.name)) yield* sourceFiles(path)
    } else if (/\.(?:[cm]?[jt]sx?|sql)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path
  }
}

/** Texts of literals and templates that hold no escape, so that offsets are plain. */
function textsOf(code: string, ast: TSESTree.Program): Text[] {
  const texts: Text[] = []
  const add = (parts: readonly (readonly [start: number, end: number])[]): void => {
    let sql = ''
    const source: (number | undefined)[] = []
    parts.forEach(([start, end], index) => {
      if (index > 0) {
        sql += `$${index}`
        while (source.length < sql.length) source.push(undefined)
      }
      for (let at = start; at < end; at++) {
        sql += code[at]
        source.push(at)
      }
    })
    if (/\b(?:select|insert|update|delete|with)\b/i.test(sql) && !sql.includes('\\'))
      texts.push({ sql, source })
  }
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (typeof node !== 'object' || node === null || !('type' in node)) return
    const typed = node as TSESTree.Node
    if (typed.type === 'Literal' && typeof typed.value === 'string')
      add([[typed.range[0] + 1, typed.range[1] - 1]])
    if (typed.type === 'TemplateLiteral') {
      add(typed.quasis.map((quasi) => [quasi.range[0] + 1, quasi.range[1] - (quasi.tail ? 1 : 2)] as const))
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'parent') walk(value)
  }
  walk(ast)
  return texts
}

/** The texts of a file; undefined where it can't be parsed. */
function textsIn(code: string, file: string): Text[] | undefined {
  try {
    return textsOf(
      code,
      parser.parseForESLint(code, { range: true, jsx: /x$/.test(file) }).ast as TSESTree.Program,
    )
  } catch {
    return undefined
  }
}

/** The statements of a query file: cut where a line ends with a semicolon, named parameters as `$1` of the same length. */
function statementsOf(code: string): Text[] {
  const texts: Text[] = []
  let start = 0
  for (const { index } of code.matchAll(/;[ \t]*(?:--.*)?$/gm)) {
    const numbers = new Map<string, number>()
    const sql = code
      .slice(start, index)
      .replace(
        /sqlc\.(?:n?arg|slice)\(\s*'?(\w+)'?\s*\)|(?<![\w@<>])@(\w+)|(?<![:\w])::?(\w+)!?/g,
        (whole, ...names) => {
          if (whole.startsWith('::')) return whole
          const name = names.slice(0, 3).find((each) => each !== undefined) as string
          if (!numbers.has(name)) numbers.set(name, numbers.size + 1)
          return `$${numbers.get(name)}`.padEnd(whole.length)
        },
      )
    if (sql.length === index - start && /\b(?:select|insert|update|delete|with)\b/i.test(sql)) {
      const from = start
      texts.push({ sql, source: Array.from(sql, (_, at) => from + at) })
    }
    start = index + 1
  }
  return texts
}

const database = await PGlite.create()
await database.exec('SET check_function_bodies = off')
/** SQLSTATE of what the database answers, with no transaction left open; undefined where it accepts the text. */
async function failure(sql: string): Promise<string | undefined> {
  try {
    await database.exec(sql)
    return undefined
  } catch (error) {
    await database.exec('ROLLBACK').catch(() => undefined)
    return (error as { code?: string }).code ?? 'unknown'
  }
}

const set = readMigrationSet({ dir: migrations, root: project })
let failed = 0
for (const migration of set.migrations) {
  for (const piece of migration.pieces) {
    const error = await failure(piece.text)
    if (error === undefined) continue
    // What can't run in a transaction runs by itself, as the tools let it.
    const alone = error === '25001' ? splitStatements(piece.text).map(({ text }) => text) : []
    if (alone.length === 0) failed++
    for (const text of alone) if ((await failure(text)) !== undefined) failed++
  }
}
console.log(`${set.migrations.length} migrations ran, ${failed} pieces failed in the embedded Postgres`)

/** SQLSTATE that Postgres answers to `sql`, undefined where it accepts it; nothing is run. */
async function verdict(sql: string): Promise<string | undefined> {
  const error = await failure(`PREPARE probe AS ${sql}`)
  if (error === undefined) await database.exec('DEALLOCATE probe')
  return error
}

const linter = new Linter({ cwd: project })
const config = [
  {
    files: ['**/*.{js,jsx,ts,tsx,mts,cts,mjs,cjs}'],
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
  },
  { ...pgEnum.configs.sql, settings: {} },
  ...[pgEnum.configure({ files: ['**/*.{js,jsx,ts,tsx,mts,cts,mjs,cjs,sql}'], migrations })].flat(),
] as Linter.Config[]
const reports = (code: string, file: string): Set<number> =>
  new Set(
    linter
      .verify(code, config, { filename: file })
      .filter((message) => message.ruleId?.startsWith('pg-enum/'))
      .map((message) => message.line),
  )

let files = 0
let prepared = 0
let mutants = 0
const missed: string[] = []
for (const file of sourceFiles(project)) {
  // Migrations meet another catalog than the one that Postgres holds in the end.
  if (file.startsWith(`${resolve(project, migrations)}/`)) continue
  const code = readFileSync(file, 'utf8')
  if (!/\b(?:select|insert|update|delete)\b/i.test(code)) continue
  const texts = file.endsWith('.sql') ? statementsOf(code) : textsIn(code, file)
  if (texts === undefined) continue
  files++
  for (const { sql, source } of texts) {
    if ((await verdict(sql)) !== undefined) continue
    prepared++
    for (const { index, 0: constant } of sql.matchAll(/'(?:[^']|'')+'/g)) {
      const end = index + constant.length - 1
      const at = source[end]
      if (at === undefined) continue
      if ((await verdict(`${sql.slice(0, end)}zzq${sql.slice(end)}`)) !== '22P02') continue
      mutants++
      const line = code.slice(0, source[index]).split('\n').length
      if (!reports(`${code.slice(0, at)}zzq${code.slice(at)}`, file).has(line)) {
        missed.push(`${relative(project, file)}:${line} ${constant}`)
      }
    }
  }
}
for (const miss of missed) console.log(`missed ${miss}`)
console.log(
  `${files} files, ${prepared} texts that Postgres prepares, ${mutants} enum constants misspelled, ${missed.length} missed`,
)
process.exit(missed.length > 0 ? 1 : 0)
