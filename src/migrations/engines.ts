import { nearest, sampleFiles, textOf } from './marks.js'
import type { Folder, MigrationTool } from './migration.js'
import { journalDialect } from './tools/drizzle.js'
import { lockedProvider } from './tools/prisma.js'
import { programSample } from './tools/programs.js'

const POSTGRES = /^(?:postgres|postgresql|pg|cockroachdb|cockroach|supabase|neon|pglite|timescale)$/i
const ENGINES =
  'clickhouse|sqlite3?|mysql|mariadb|mssql|sqlserver|d1|turso|libsql|bigquery|snowflake|duckdb|cassandra|scylla|spanner|singlestore|mongo|mongodb|neo4j|surrealdb|h2|hsqldb|db2'
const IN_PATH = new RegExp(`(?:^|[/._-])(${ENGINES})(?=$|[/._-])`, 'i')

/**
 * Comments, string constants and dollar-quoted bodies, in which a backtick or `ENGINE =` says nothing. What has no end reaches
 * to the end of the text, so that a long text takes no longer than its length.
 */
const NO_SYNTAX = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*(?:'|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/g

const SYNTAX: readonly (readonly [RegExp, string])[] = [
  [/\bENGINE\s*=\s*(?:InnoDB|MyISAM|\w*MergeTree|Memory|Log|Null|Kafka)/i, 'ENGINE ='],
  [/\bAUTO_INCREMENT\b/i, 'AUTO_INCREMENT'],
  [/\bAUTOINCREMENT\b/i, 'AUTOINCREMENT'],
  [/\b(?:TABLE|INTO|UPDATE|FROM|INDEX|EXISTS|ON|COLUMN)\s+`\w+`/i, 'names in backticks'],
  [/^[ \t]*PRAGMA\s+\w+/im, 'PRAGMA'],
  [/\b(?:TABLE|INTO|EXISTS|OBJECT_ID\()\s*N?\[\w+\]/i, 'names in square brackets'],
]

/** A sign that SQL is not Postgres's, such as `AUTO_INCREMENT`; undefined where there is none. */
export function foreignSyntax(sql: string): string | undefined {
  const text = sql.slice(0, 200_000).replace(NO_SYNTAX, ' ')
  return SYNTAX.find(([pattern]) => pattern.test(text))?.[1]
}

/** The engine that a path names and that is not Postgres: `db/clickhouse/1.sql`; undefined where it names none. */
export function engineInPath(path: string): string | undefined {
  return IN_PATH.exec(path)?.[1]
}

function samples(folder: Folder): readonly string[] {
  const direct = sampleFiles(folder)
  const nested = folder.files.filter(({ name }) => /^[^/]+\/(?:migration|up)\.sql$/.test(name))
  const files = direct.length > 0 ? direct : [...nested.slice(0, 3), ...nested.slice(3).slice(-3)]
  return files.map(textOf)
}

/** `wrangler.toml` beside the folder binds Cloudflare's D1, whose migrations are SQLite's. */
function isD1(folder: Folder): boolean {
  return ['wrangler.toml', 'wrangler.jsonc', 'wrangler.json'].some((name) => {
    const text = textOf(folder.file(`../${name}`))
    return /d1_databases/.test(text) && !/migrations_dir/.test(text)
  })
}

/** The client of the nearest `knexfile`, where that is no client for Postgres. */
function knexClient(folder: Folder): string | undefined {
  if (!folder.files.some(({ name }) => /^\d[^/]*\.(?:[cm]?js|ts)$/.test(name))) return undefined
  const text = ['knexfile.js', 'knexfile.ts', 'knexfile.cjs', 'knexfile.mjs']
    .map((name) => textOf(nearest(folder, name)))
    .join()
  const clients = [...text.matchAll(/\bclient\s*:\s*["'`]([\w-]+)["'`]/g)].map(([, client]) => client!)
  return clients.some((client) => /^(?:pg|pgnative|pg-native|postgres|postgresql|cockroachdb)$/.test(client))
    ? undefined
    : clients[0]
}

/** Packages that drive other engines, and how these are called. */
const OTHER_DRIVERS: readonly (readonly [string, string])[] = [
  ['mysql2', 'MySQL'],
  ['mysql', 'MySQL'],
  ['mariadb', 'MariaDB'],
  ['mssql', 'SQL Server'],
  ['tedious', 'SQL Server'],
  ['sqlite3', 'SQLite'],
  ['better-sqlite3', 'SQLite'],
  ['sql.js', 'SQLite'],
  ['expo-sqlite', 'SQLite'],
  ['oracledb', 'Oracle'],
  ['@mikro-orm/mysql', 'MySQL'],
  ['@mikro-orm/mariadb', 'MariaDB'],
  ['@mikro-orm/mssql', 'SQL Server'],
  ['@mikro-orm/sqlite', 'SQLite'],
  ['@mikro-orm/better-sqlite', 'SQLite'],
  ['@mikro-orm/libsql', 'SQLite'],
  ['@mikro-orm/mongodb', 'MongoDB'],
  ['@libsql/client', 'SQLite'],
  ['@planetscale/database', 'MySQL'],
  ['kysely-d1', 'D1'],
  ['kysely-planetscale', 'MySQL'],
  ['kysely-expo', 'SQLite'],
  ['db-migrate-mysql', 'MySQL'],
  ['db-migrate-sqlite3', 'SQLite'],
]
const POSTGRES_DRIVERS = [
  'pg',
  'postgres',
  'pg-native',
  'pg-promise',
  '@mikro-orm/postgresql',
  '@electric-sql/pglite',
  '@neondatabase/serverless',
  '@vercel/postgres',
  '@vercel/postgres-kysely',
  'kysely-postgres-js',
  'kysely-neon',
  'db-migrate-pg',
]

/** Signs in code that its SQL is for another engine: a backtick in a template is escaped. */
const CODE_SYNTAX: readonly (readonly [RegExp, string])[] = [
  [/\\`\w+\\`/, 'names in backticks'],
  [/\b(?:TABLE|INTO|UPDATE|FROM|EXISTS|COLUMN)\s+`\w+`/i, 'names in backticks'],
  [/\bAUTO_INCREMENT\b/, 'AUTO_INCREMENT'],
  [/\bAUTOINCREMENT\b/, 'AUTOINCREMENT'],
  [/\bENGINE\s*=\s*InnoDB/i, 'ENGINE ='],
  [/"temporary_\w+"|\bPRAGMA\s+foreign_keys/, 'what SQLite needs to change a table'],
  [/\bIDENTITY\(1,\s*1\)|\bnvarchar\(|"dbo"\./, 'SQL Server types'],
  [/\bvarchar2\(|\bnumber\(\d/, 'Oracle types'],
]

/**
 * Why programs that are migrations of an ORM are for another engine: the nearest `package.json` has a driver for another one
 * only, or one of them has another one's SQL.
 */
function otherDriver(folder: Folder): string | undefined {
  const sample = programSample(folder)
  if (!sample.some((text) => /\b(?:MigrationInterface|extends\s+Migration)\b/.test(text))) return undefined
  const packages = textOf(nearest(folder, 'package.json'))
  const has = (name: string): boolean => packages.includes(`"${name}"`)
  const other = OTHER_DRIVERS.find(([name]) => has(name))
  const isPostgres = POSTGRES_DRIVERS.some(has)
  if (isPostgres && other === undefined) return undefined
  if (!isPostgres && other !== undefined) return `its package uses ${other[1]}`
  for (const text of sample) {
    const sign = CODE_SYNTAX.find(([pattern]) => pattern.test(text))
    if (sign !== undefined) return `it uses ${sign[1]}, which Postgres does not have`
  }
  return undefined
}

/**
 * Why the migrations of a tool for several engines are not surely for Postgres: the nearest package above the folder that names a
 * driver has none for Postgres, or none is named at all.
 */
function missingDriver(folder: Folder): string | undefined {
  for (let up = 1; up <= 6; up++) {
    const text = ['package.json', 'deno.json', 'deno.jsonc']
      .map((name) => textOf(folder.file('../'.repeat(up) + name)))
      .join()
    const has = (name: string): boolean => text.includes(`"${name}"`) || text.includes(`npm:${name}@`)
    if (POSTGRES_DRIVERS.some(has)) return undefined
    const other = OTHER_DRIVERS.find(([name]) => has(name))
    if (other !== undefined) return `its package uses ${other[1]}`
  }
  return 'no package above it has a driver for Postgres'
}

/** The adapter of Payload's that migrations import, where that is none for Postgres. */
function payloadAdapter(folder: Folder): string | undefined {
  const adapters = programSample(folder).map((text) => /['"](@payloadcms\/db-[\w-]+)['"]/.exec(text)?.[1])
  return adapters.find((adapter) => adapter !== undefined && !adapter.endsWith('postgres'))
}

/** Why the migrations that `tool` reads are not for Postgres, as a sentence fragment; undefined where nothing says so. */
export function otherEngine(folder: Folder, tool: MigrationTool): string | undefined {
  const declared = lockedProvider(folder) ?? journalDialect(folder)
  if (declared !== undefined) {
    return POSTGRES.test(declared) ? undefined : `its migrations are for ${declared}`
  }
  const named = engineInPath(folder.path)
  if (named !== undefined) return `its path names ${named}`
  if (tool.isOfAnyEngine === true) {
    const missing = missingDriver(folder)
    if (missing !== undefined) return missing
  }
  const adapter = payloadAdapter(folder)
  if (adapter !== undefined) return `its migrations are for ${adapter}`
  const client = knexClient(folder)
  if (client !== undefined) return `its knexfile is for ${client}`
  const driver = otherDriver(folder)
  if (driver !== undefined) return driver
  if (isD1(folder)) return 'its migrations are for D1, which is SQLite'
  for (const text of samples(folder)) {
    const sign = foreignSyntax(text)
    if (sign !== undefined) return `it uses ${sign}, which Postgres does not have`
  }
  return undefined
}
