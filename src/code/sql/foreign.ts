import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf } from '../reach/binding.js'
import { importedSources } from '../reach/modules.js'
import type { Node, SourceFile } from '../reach/site.js'
import { namesOf } from './parts.js'

/** Packages that talk to other databases. */
const FOREIGN_PACKAGE =
  /^(?:@clickhouse\/|clickhouse|better-sqlite3|sqlite3?$|sqlite-async|node:sqlite|bun:sqlite|expo-sqlite|sql\.js|mysql2?(?:\/|$)|mariadb|mssql|tedious|oracledb|@?duckdb|@google-cloud\/bigquery|snowflake-sdk|neo4j|cassandra-driver|@libsql\/|@planetscale\/|@databricks\/|trino-client|drizzle-orm\/(?:better-sqlite3|sqlite|libsql|mysql|d1|bun-sqlite|planetscale|singlestore))/

/** Packages that talk to Postgres. */
const POSTGRES_PACKAGE =
  /^(?:pg(?:$|-|\/)|postgres$|@vercel\/postgres|@neondatabase\/|slonik|@electric-sql\/pglite|zapatos|pg-promise|drizzle-orm\/(?:pg|postgres|node-postgres|neon|vercel|pglite))/

/** Parts of a name that say which database a client, a folder or a file is about. */
const FOREIGN_NAME =
  /(?:click_?house|sqlite|mysql|maria_?db|mssql|oracle_?db|duck_?db|big_?query|snowflake|neo4j|cassandra|cypher)/i

/** Types of Cloudflare's and Expo's SQLite, which need no import. */
const FOREIGN_TYPE = /\b(?:D1Database|D1PreparedStatement|SqlStorage|SQLiteDatabase)\b/

/** True where the call's own names, or what its client was made with, say that the SQL is for another database. */
export function isForeignCall(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  file: SourceFile,
): boolean {
  const signs = signsIn(file)
  if (signs.named && namesOf(call.callee).some((n) => FOREIGN_NAME.test(n))) return true
  if (!signs.imported) return false
  const root = rootOf(call.callee)
  return root !== undefined && isForeignPackage(packageOf(root, file, 0))
}

/** What a file has at all that another database may be told by: most have neither. */
interface Signs {
  readonly named: boolean
  readonly imported: boolean
}

const signs = new WeakMap<SourceFile, Signs>()

function signsIn(file: SourceFile): Signs {
  let known = signs.get(file)
  if (known === undefined) {
    known = {
      named: FOREIGN_NAME.test(file.text),
      imported: importedSources(file.ast, file.text).some(isForeignPackage),
    }
    signs.set(file, known)
  }
  return known
}

function isForeignPackage(name: string | undefined): boolean {
  return name !== undefined && FOREIGN_PACKAGE.test(name)
}

function rootOf(node: Node): TSESTree.Identifier | undefined {
  let at = node
  for (;;) {
    if (at.type === 'Identifier') return at
    if (at.type === 'MemberExpression') at = at.object
    else if (at.type === 'CallExpression' || at.type === 'NewExpression') at = at.callee
    else if (at.type === 'AwaitExpression') at = at.argument
    else if (
      at.type === 'ChainExpression' ||
      at.type === 'TSNonNullExpression' ||
      at.type === 'TSAsExpression'
    )
      at = at.expression
    else return undefined
  }
}

/** The package that the value of a name comes from. */
function packageOf(identifier: TSESTree.Identifier, file: SourceFile, depth: number): string | undefined {
  if (depth > 4) return undefined
  const binding = bindingOf(identifier, file)
  if (binding?.kind === 'import') return binding.source
  if (binding?.kind !== 'variable') return undefined
  const { init } = binding.declarator
  if (
    init?.type === 'CallExpression' &&
    init.callee.type === 'Identifier' &&
    init.callee.name === 'require'
  ) {
    const [source] = init.arguments
    return source?.type === 'Literal' ? String(source.value) : undefined
  }
  const root = init === null || init === undefined ? undefined : rootOf(init)
  return root === undefined || root === identifier ? undefined : packageOf(root, file, depth + 1)
}

const files = new WeakMap<object, boolean>()

/** True where a whole file is about another database: it imports that one's client and none of Postgres, or its path says so. */
export function isForeignFile(file: SourceFile): boolean {
  const known = files.get(file.ast)
  if (known !== undefined) return known
  const all = importedSources(file.ast, file.text)
  const foreign =
    (all.some((s) => FOREIGN_PACKAGE.test(s)) ||
      isForeignPath(file.filename) ||
      FOREIGN_TYPE.test(file.text)) &&
    !all.some((s) => POSTGRES_PACKAGE.test(s))
  files.set(file.ast, foreign)
  return foreign
}

/** Whether the name of a file, or of one of the two folders that it is in, says that it is about another database. */
export function isForeignPath(filename: string): boolean {
  return FOREIGN_NAME.test(endOf(filename))
}

function endOf(filename: string): string {
  let start = filename.length
  for (let i = 0; i < 3 && start > 0; i++) {
    start = Math.max(filename.lastIndexOf('/', start - 1), filename.lastIndexOf('\\', start - 1))
  }
  return filename.slice(start + 1)
}

/** Whether the packages of a project, by their names, talk to Postgres, to another database only, or to none that is known. */
export function databaseOf(packages: Iterable<string>): 'postgres' | 'another' | undefined {
  let found: 'another' | undefined
  for (const name of packages) {
    if (POSTGRES_PACKAGE.test(name)) return 'postgres'
    if (FOREIGN_PACKAGE.test(name)) found = 'another'
  }
  return found
}
