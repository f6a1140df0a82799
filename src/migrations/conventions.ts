import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Where projects keep their migrations, relative to the project or a package of it. */
export const PLACES: readonly string[] = [
  'migrations',
  'migration',
  'db/migrations',
  'db/migration',
  'db/migrate',
  'database/migrations',
  'database/migrate',
  'supabase/migrations',
  'prisma/migrations',
  'prisma/schema/migrations',
  'drizzle',
  'drizzle/migrations',
  'db/drizzle',
  'src/drizzle',
  'src/db/drizzle',
  'sql/migrations',
  'schema/migrations',
  'src/migrations',
  'src/db/migrations',
  'src/database/migrations',
  'src/prisma/migrations',
  'src/main/resources/db/migration',
  'internal/migrations',
  'internal/db/migrations',
  'internal/database/migrations',
  'hasura/migrations',
  'db/changelog',
  'src/main/resources/db/changelog',
]

/** Names of folders that a search takes for migrations, where they hold some. */
export const SEARCHED_NAMES = /^(?:migrations?|drizzle|changelogs?)$/i

/** Names of folders that a search does not enter: what they hold is not this project's database. */
export const SKIPPED_NAMES =
  /^(?:\..*|node_modules|bower_components|vendor|dist|build|out|target|coverage|__.*__|tests?|testdata|specs?|e2e|fixtures?|mocks?|examples?|samples?|templates?|docs?|tmp|temp|backups?|seeds?|public|static|assets)$/i

/**
 * The absolute folder that a `drizzle.config.*` among the files `names` of `dir` writes migrations to: its `out`, read
 * without running it, or drizzle-kit's default. Undefined where there is no such file or `out` is no constant.
 */
export function drizzleOutput(dir: string, names: readonly string[]): string | undefined {
  const name = names.find((entry) => /^drizzle(?:\.[\w-]+)?\.config\.(?:[cm]?[jt]s|json)$/.test(entry))
  if (name === undefined) return undefined
  let text: string
  try {
    text = readFileSync(join(dir, name), 'utf8')
  } catch {
    return undefined
  }
  const out = /["']?\bout["']?\s*:\s*(?:(["'`])([^"'`$\n]+)\1)?/.exec(text)
  if (out === null) return join(dir, 'drizzle')
  return out[2] === undefined ? undefined : resolve(dir, out[2])
}
