/**
 * The mutation run: every SQL string constant of a project that Postgres itself takes for an enum value is misspelled, one
 * at a time, and the linter must report it. Run by hand:
 *
 *   npm run build && npx jiti bench/mutation.ts PROJECT MIGRATIONS
 *
 * Independent of our own reading: texts are taken from the files' literals and templates by a plain walk, holes become
 * parameters, and an embedded Postgres that ran the migrations says (PREPARE, code 22P02) which constants are enum values.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import * as parser from '@typescript-eslint/parser'
import type { TSESTree } from '@typescript-eslint/utils'
import { Linter } from 'eslint'
import pgEnum from '../dist/src/index.js'
import { readMigrationSet } from '../dist/src/migrations/discover.js'

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
    } else if (/\.[cm]?[jt]sx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path
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

const database = await PGlite.create()
await database.exec('SET check_function_bodies = off')
const set = readMigrationSet({ dir: migrations, root: project })
let failed = 0
for (const migration of set.migrations) {
  for (const piece of migration.pieces) {
    await database.exec(piece.text).catch(async () => {
      failed++
      await database.exec('ROLLBACK').catch(() => undefined)
    })
  }
}
console.log(`${set.migrations.length} migrations ran, ${failed} pieces failed in the embedded Postgres`)

/** SQLSTATE that Postgres answers, undefined where it accepts the text. */
async function verdict(sql: string): Promise<string | undefined> {
  try {
    await database.exec(`PREPARE probe AS ${sql}`)
    await database.exec('DEALLOCATE probe')
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown'
  }
}

const linter = new Linter({ cwd: project })
const config = [
  {
    files: ['**/*.{js,jsx,ts,tsx,mts,cts,mjs,cjs}'],
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
  },
  ...[pgEnum.configure({ files: ['**/*.{js,jsx,ts,tsx,mts,cts,mjs,cjs}'], migrations })].flat(),
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
  const code = readFileSync(file, 'utf8')
  if (!/\b(?:select|insert|update|delete)\b/i.test(code)) continue
  let ast: TSESTree.Program
  try {
    ast = parser.parseForESLint(code, { range: true, jsx: /x$/.test(file) }).ast as TSESTree.Program
  } catch {
    continue
  }
  files++
  for (const { sql, source } of textsOf(code, ast)) {
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
