import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
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
}

/** By the libraries' names, as users know them. Where two read the same call, the first names it in `explain`. */
const MARKS = {
  kysely: {
    hint: /\b(?:selectFrom|updateTable|insertInto|deleteFrom|mergeInto|replaceInto|expressionBuilder|ExpressionBuilder|(?:Select|Update|Delete|Insert)QueryBuilder|JoinBuilder|OnConflictBuilder)\b|\.execute(?:TakeFirst(?:OrThrow)?)?\(\)/,
  },
  supabase: {
    hint: /\.\s*(?:from|rpc)\s*[(<]|postgres_changes/,
  },
  knex: {
    hint: /\.(?:(?:and|or)?[wW]here(?:Not)?(?:In|Between)?|insert\w*|update\w*|merge|upsert\w*|patch\w*|batchInsert|findOne|(?:and|or)?[hH]aving\w*|(?:and|or)?[oO]n(?:Val|In|NotIn))\s*\(|\b(?:knex|db|trx)\s*(?:<[\w.]*>)?\(\s*['"`]/,
  },
  drizzle: {
    hint: /drizzle-orm|\b(?:eq|ne|inArray|notInArray|arrayContains|arrayOverlaps)\s*\(|\.(?:values|set|findMany|findFirst|onConflictDoUpdate)\s*\(/,
    package: /\bdrizzle-orm\b/,
  },
  prisma: {
    hint: /\.\s*(?:findMany|findFirst\w*|findUnique\w*|createMany\w*|updateMany\w*|upsert|groupBy|aggregate|deleteMany|create|update|delete|count)\s*\(/,
    package: /prisma/i,
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
