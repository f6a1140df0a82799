import { nearest, sampleFiles, textOf } from './marks.js'
import type { Folder, MigrationTool } from './migration.js'
import { journalDialect } from './tools/drizzle.js'

import { directPrograms } from './tools/programs.js'
import { lockedProvider } from './tools/prisma.js'

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

const POSTGRES_PACKAGE =
  /["':](?:pg|pg-native|pg-promise|postgres|postgresql|@vercel\/postgres(?:-kysely)?|@neondatabase\/serverless|@electric-sql\/pglite|@payloadcms\/db-(?:vercel-)?postgres|kysely-(?:postgres-js|neon|pglite|supabase)|db-migrate-pg|postgresjs)(?:"\s*:|@|'|")/
const OTHER_PACKAGE =
  /"(mysql2?|mariadb|better-sqlite3|sqlite3|sql\.js|expo-sqlite|@libsql\/[\w-]+|tedious|mssql|oracledb|@planetscale\/database|kysely-(?:d1|planetscale|bun-sqlite|expo|wasm|sqlite\w*)|db-migrate-(?:mysql|sqlite3|mongodb))"\s*:/

/**
 * Why the migrations of a tool for several engines are not surely for Postgres: the nearest package above the folder that names a
 * driver has none for Postgres, or none is named at all.
 */
function otherDriver(folder: Folder): string | undefined {
  for (let up = 1; up <= 6; up++) {
    const text = ['package.json', 'deno.json', 'deno.jsonc']
      .map((name) => textOf(folder.file('../'.repeat(up) + name)))
      .join()
    if (POSTGRES_PACKAGE.test(text)) return undefined
    const other = OTHER_PACKAGE.exec(text)?.[1]
    if (other !== undefined) return `its project uses ${other}`
  }
  return 'no package above it has a driver for Postgres'
}

/** The adapter of Payload's that migrations import, where that is none for Postgres. */
function payloadAdapter(folder: Folder): string | undefined {
  const text = directPrograms(folder).slice(0, 3).map(textOf).join()
  const adapter = /['"](@payloadcms\/db-[\w-]+)['"]/.exec(text)?.[1]
  return adapter === undefined || /postgres$/.test(adapter) ? undefined : adapter
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
    const driver = otherDriver(folder)
    if (driver !== undefined) return driver
  }
  const adapter = payloadAdapter(folder)
  if (adapter !== undefined) return `its migrations are for ${adapter}`
  const client = knexClient(folder)
  if (client !== undefined) return `its knexfile is for ${client}`
  if (isD1(folder)) return 'its migrations are for D1, which is SQLite'
  for (const text of samples(folder)) {
    const sign = foreignSyntax(text)
    if (sign !== undefined) return `it uses ${sign}, which Postgres does not have`
  }
  return undefined
}
