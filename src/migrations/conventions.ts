import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Where projects keep their migrations, relative to the project or a package of it. */
export const PLACES: readonly string[] = [
  'migrations',
  'migration',
  'db/migrations',
  'db/migration',
  'db/migrate',
  'database/migrations',
  'database/migration',
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
  'src/migration',
  'src/db/migrations',
  'src/db/migration',
  'src/database/migrations',
  'src/database/migration',
  'src/typeorm/migrations',
  'src/prisma/migrations',
  'src/main/resources/db/migration',
  'internal/migrations',
  'internal/db/migrations',
  'internal/database/migrations',
  'hasura/migrations',
  'db/changelog',
  'src/main/resources/db/changelog',
]

/** Where dumps of a schema are kept: by Rails, dbmate and others. They are not taken unasked, since they may be old. */
export const DUMPS: readonly string[] = ['db/structure.sql', 'db/schema.sql', 'schema.sql', 'structure.sql']

/** Names of folders that a search takes for migrations, where they hold some. */
export const SEARCHED_NAMES = /^(?:migrations?|drizzle|changelogs?)$/i

/** Names of folders that a search does not enter: what they hold is not this project's database. */
export const SKIPPED_NAMES =
  /^(?:\..*|node_modules|bower_components|vendor|dist|build|out|target|coverage|__.*__|tests?|testdata|specs?|e2e|fixtures?|mocks?|examples?|samples?|templates?|docs?|tmp|temp|backups?|seeds?|public|static|assets|(?:tests?|mocks?|fixtures?|examples?|samples?)[_-].*)$/i

/** Names of files by which a search knows a folder of migrations that is called anything else. */
export const MARKS = /^V\d[\w.]*__.*\.sql$|^\d+_.*\.up\.sql$|^(?:atlas\.sum|migration_lock\.toml|tern\.conf)$/

/** Lines by which a search knows one, too: what comes before the statements of goose, sql-migrate and dbmate. */
const UP_LINE = /^--\s*(?:\+(?:goose|migrate)\s+up|migrate:up)\b/im

/** Whether the first numbered `.sql` file among the entries `names` of `dir` has such a line. */
export function hasUpLine(dir: string, names: Iterable<string>): boolean {
  const [first] = [...names].filter((name) => /^\d.*\.sql$/.test(name)).sort()
  return first !== undefined && UP_LINE.test(readIfAny(join(dir, first)))
}

/** The folders of a Sqitch project: of one database, whatever folders they hold. */
export const SQITCH_FOLDERS = /^(?:deploy|revert|verify)$/

/** Configuration files by name, and where in them (second group) the folder of migrations stands. */
const DECLARATIONS: readonly (readonly [RegExp, RegExp])[] = [
  [/^drizzle[\w.-]*\.config[\w.-]*\.(?:[cm]?[jt]s|json)$/, /["']?\bout["']?\s*:\s*(["'`])([^"'`$\n]+)\1/],
  [/^prisma\.config\.[cm]?[jt]s$/, /\bmigrations\s*:\s*\{[^}]*?\bpath\s*:\s*(["'`])([^"'`$\n]+)\1/],
  [/^\.gmrc(?:\.jsonc?)?$/, /"migrationsFolder"\s*:\s*(")([^"]+)"/],
  [/^atlas\.hcl$/, /\bdir\s*=\s*(")file:\/\/([^"?$]+)/],
  [/^diesel\.toml$/, /\[migrations_directory\][^[]*?\bdir\s*=\s*(["'])([^"']+)\1/],
  [/^flyway\.(?:conf|toml)$/, /\blocations\s*=\s*(\[?\s*["']?)filesystem:([^"',\s\]]+)/],
  [/^dbconfig\.ya?ml$/, /^[ \t]+dir\s*:\s*(["']?)([^"'#\n]+?)\1\s*$/m],
  [/^sqitch\.conf$/, /^[ \t]*deploy_dir\s*=\s*()(\S+)/m],
  [
    /^knexfile\.[cm]?[jt]s$/,
    /\bmigrations\s*:\s*\{[^{}]*?\bdirectory\s*:\s*(?:[\w.]+\(\s*__dirname\s*,\s*|__dirname\s*\+\s*)?(["'`])(?:\$\{__dirname\})?\/?([^"'`$\n]+)\1/,
  ],
  [/^package\.json$/, /"migrations-dir"\s*:\s*(")([^"]+)"/],
  [/^package\.json$/, /\bnode-pg-migrate\b[^"\n]*?\s(-m|--migrations-dir)[ =]([^\s"$]+)/],
]

/** What every name of such a file starts with: a folder may hold thousands of others. */
const DECLARING =
  /^(?:drizzle|prisma\.config|\.gmrc|atlas\.hcl|diesel\.toml|flyway\.|dbconfig\.|knexfile\.|sqitch\.|package\.json)/

/** The configuration of TypeORM, by the names that projects give it, and where its list of migrations stands. */
const DATA_SOURCE = /^(?:\w+[.-])*(?:ormconfig|typeorm|data-?source)[\w.-]*\.[cm]?[jt]s(?:on)?$/i
const MIGRATION_LIST = /["']?\bmigrations["']?\s*:\s*\[([^\]]*)\]/

/**
 * The folders of the globs in a data source's list of migrations: relative to it or to the working directory, of sources
 * where they are those of what is compiled.
 */
function globbedFolders(dir: string, text: string): string[] {
  const list = MIGRATION_LIST.exec(text)?.[1] ?? ''
  return [...list.matchAll(/["'`]([^"'`\n]*)["'`]/g)].flatMap(([, glob = '']) => {
    const path = glob.replace(/^\$\{__dirname\}/, '.').replace(/^\/(?=\w)/, '')
    const folder = path.includes('*') || path.includes('{') ? path.replace(/\/?[^/]*[*{].*$/, '') : ''
    if (folder === '' || /[$*{]/.test(folder)) return []
    const source = folder.replace(/(^|\/)(?:dist|build|out|lib)(?=\/)/, '$1src')
    const roots = [dir, dirname(dir), dirname(dirname(dir)), dirname(dirname(dirname(dir)))]
    const found = roots.flatMap((root) =>
      [source, folder.replace(/^(?:\.\/)?dist\//, '')].map((one) => resolve(root, one)),
    )
    return found.filter((one) => one !== dir && existsSync(one)).slice(0, 1)
  })
}

function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * The absolute folders that configuration files among the entries `names` of `dir` give for migrations: read without
 * running them, so only where the folder is a constant. They need not exist.
 */
export function declaredFolders(dir: string, names: Iterable<string>): string[] {
  const folders = new Set<string>()
  for (const name of names) {
    if (!DECLARING.test(name) && !DATA_SOURCE.test(name)) continue
    const text = readIfAny(join(dir, name))
    for (const [file, place] of DECLARATIONS) {
      if (!file.test(name)) continue
      const declared = place.exec(text)?.[2]
      if (declared !== undefined) folders.add(resolve(dir, declared))
      else if (name.startsWith('drizzle') && !/\bout\b/.test(text)) folders.add(join(dir, 'drizzle'))
    }
    if (DATA_SOURCE.test(name)) for (const folder of globbedFolders(dir, text)) folders.add(folder)
    if (name === 'sqitch.plan') folders.add(join(dir, 'deploy'))
  }
  return [...folders]
}
