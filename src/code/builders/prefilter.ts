import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { SourceFile } from '../reach/site.js'
import { dependenciesOf } from './dependencies.js'

/** How files that use a library are told from others, before anything of it is loaded. */
interface Mark {
  /** What the text of a file that uses it always has. A file without it costs nothing more. */
  readonly hint: RegExp
  /**
   * The package, for a library whose calls look like any other's: looked for only where the file, or a package.json above it,
   * names it.
   */
  readonly package?: RegExp
  /** What the text of a file has that runs queries with it, for others that call its functions; the hint where that is as good. */
  readonly runs?: RegExp
}

/** By the libraries' names, as users know them. Where two read the same call, the first names it in `explain`. */
const MARKS = {
  kysely: {
    hint: /\b(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|replaceInto|expressionBuilder|ExpressionBuilder|(?:Select|Update|Delete|Insert)QueryBuilder|JoinBuilder|OnConflictBuilder)\b|\.execute(?:TakeFirst(?:OrThrow)?)?\(\)/,
    runs: /\b(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|replaceInto)\b/,
  },
  supabase: {
    hint: /\.\s*(?:from|rpc)\s*[(<]|postgres_changes/,
    runs: /(?<!\b(?:Array|Buffer|Readable|Uint8Array))\.\s*(?:from|rpc)\s*(?:<[^>]*>)?\(\s*["'`]/,
  },
  knex: {
    hint: /\.(?:(?:and|or)?[wW]here(?:Not)?(?:In|Between)?|insert\w*|update\w*|merge|upsert\w*|patch\w*|batchInsert|findOne|(?:and|or)?[hH]aving\w*|(?:and|or)?[oO]n(?:Val|In|NotIn))\s*\(|\b(?:knex|db|trx)\s*(?:<[\w.]*>)?\(\s*['"`]/,
    runs: /(?:[kK]nex|[tT]rx|D[bB]|\b(?:db|tx|conn|connection|transaction|pg))\s*(?:<[^>]*>)?\(\s*['"`\w{]|\.\s*(?:from|into|table)\s*\(\s*['"`]|\.\s*\$?query\s*\(\s*\w*\s*\)/,
  },
  drizzle: {
    hint: /drizzle-orm|\b(?:eq|ne|inArray|notInArray|arrayContains|arrayOverlaps)\s*\(|\.(?:values|set|findMany|findFirst|onConflictDoUpdate)\s*\(/,
    package: /\bdrizzle-orm\b/,
    runs: /['"]drizzle-orm['"]|\.\s*(?:insert|update)\s*\(\s*[\w.]+\s*\)\s*\.\s*(?:values|set)\s*\(|\bquery\s*\.\s*\w+\s*\.\s*find(?:Many|First)\s*\(/,
  },
  prisma: {
    hint: /\.\s*(?:findMany|findFirst\w*|findUnique\w*|createMany\w*|updateMany\w*|upsert|groupBy|aggregate|deleteMany|create|update|delete|count)\s*\(/,
    package: /prisma/i,
    runs: /\w\s*\.\s*\w+\s*\.\s*(?:findMany|findFirst\w*|findUnique\w*|createMany\w*|updateMany\w*|upsert|groupBy|aggregate|deleteMany|create|update|delete|count)\s*\(/,
  },
  typeorm: {
    hint: /typeorm|[rR]epository|createQueryBuilder|\b[mM]anager\b|\.\s*(?:findBy|findOneBy)\w*\s*\(|@Entity/,
    package: /\btypeorm\b/,
  },
  'mikro-orm': {
    hint: /mikro-orm|[rR]epository|\bem\b/,
    package: /@mikro-orm\b/,
  },
  sequelize: {
    hint: /sequelize|[mM]odels?\b|\.\s*(?:findAll|bulkCreate|findAndCountAll|findOrCreate)\s*\(/,
    package: /\bsequelize\b/,
  },
  zapatos: {
    hint: /zapatos/,
    package: /\bzapatos\b/,
  },
  'pg-promise': {
    hint: /\bhelpers\b/,
    package: /\bpg-promise\b/,
  },
} satisfies Record<string, Mark>

export type LibraryName = keyof typeof MARKS

const LIBRARIES = Object.entries(MARKS) as [LibraryName, Mark][]

/** Whether functions of a file may run queries with what they are given, by its text and by what the package depends on. Never throws. */
export function mayBuildQueries(text: string, path: string): boolean {
  return LIBRARIES.some(([, mark]) => mayRun(mark, text, path))
}

const running = new WeakMap<TSESTree.Program, readonly LibraryName[]>()

/** The libraries that functions of a file may run queries with. Never throws. */
export function librariesRunIn({ text, ast, filename }: SourceFile): readonly LibraryName[] {
  let libraries = running.get(ast)
  if (libraries === undefined) {
    libraries = LIBRARIES.filter(([, mark]) => mayRun(mark, text, filename)).map(([name]) => name)
    running.set(ast, libraries)
  }
  return libraries
}

function mayRun({ runs, hint, package: name }: Mark, text: string, path: string): boolean {
  if (!(runs ?? hint).test(text)) return false
  if (!name || name.test(text)) return true
  const packages = dependenciesOf(path)
  return packages === undefined || [...packages].some((one) => name.test(one))
}

/** What any of them is known by. */
const HINTS = new RegExp(LIBRARIES.map(([, { hint }]) => hint.source).join('|'))

const known = new WeakMap<TSESTree.Program, readonly LibraryName[]>()

/** The libraries that the file may use, by its text and by what the package depends on. */
export function librariesIn({ sourceCode, ast, filename }: CodeContext): readonly LibraryName[] {
  let libraries = known.get(ast)
  if (libraries === undefined) {
    const { text } = sourceCode
    let packages: readonly string[] | undefined
    const isThere = (name: RegExp): boolean => {
      packages ??= [...(dependenciesOf(filename) ?? [])]
      return packages.length === 0 || name.test(text) || packages.some((one) => name.test(one))
    }
    libraries = HINTS.test(text)
      ? LIBRARIES.filter(([, mark]) => mark.hint.test(text) && (!mark.package || isThere(mark.package))).map(
          ([name]) => name,
        )
      : []
    known.set(ast, libraries)
  }
  return libraries
}
