import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import type { CodeUse } from '../use.js'
import { dependenciesOf } from './dependencies.js'
import { drizzle } from './drizzle.js'
import { knex } from './knex.js'
import { kysely } from './kysely.js'
import { mikroOrm } from './mikroOrm.js'
import { pgPromise } from './pgPromise.js'
import { prisma } from './prisma.js'
import { sequelize } from './sequelize.js'
import { supabase } from './supabase.js'
import { typeorm } from './typeorm.js'
import { zapatos } from './zapatos.js'
import type { Library } from './library.js'
import { BuilderFile, CallSite } from './library.js'
import { memberName, unwrap } from './syntax.js'

/** One file per library. Where two read the same call, the first names it in `explain`. */
export const LIBRARIES: readonly Library[] = [
  kysely,
  supabase,
  knex,
  drizzle,
  prisma,
  typeorm,
  mikroOrm,
  sequelize,
  zapatos,
  pgPromise,
]

/**
 * The strings that reach a column with a value set through the calls of a query builder or ORM: right ones and wrong
 * ones, in the order of the file. Files whose text names no library's functions are not walked. Never throws.
 */
export function findBuilderUses(context: CodeContext): CodeUse[] {
  const { catalog } = context.project
  const libraries = librariesIn(context)
  if (!catalog || libraries.length === 0) return []
  const file = new BuilderFile(context, catalog)
  for (const node of nodesOf(context).of('CallExpression')) {
    for (const library of libraries) meet(library, file, node)
  }
  return file.uses.all()
}

/** What any of them is known by. */
const HINTS = new RegExp(LIBRARIES.map(({ hint }) => hint.source).join('|'))

const known = new WeakMap<TSESTree.Program, readonly Library[]>()

/** The libraries that the file may use, by its text and by what the package depends on. */
export function librariesIn({ sourceCode, ast, filename }: CodeContext): readonly Library[] {
  let libraries = known.get(ast)
  if (libraries === undefined) {
    const { text } = sourceCode
    let packages: readonly string[] | undefined
    const isThere = (name: RegExp): boolean => {
      packages ??= [...(dependenciesOf(filename) ?? [])]
      return packages.length === 0 || name.test(text) || packages.some((one) => name.test(one))
    }
    libraries = HINTS.test(text)
      ? LIBRARIES.filter((one) => one.hint.test(text) && (!one.package || isThere(one.package)))
      : []
    known.set(ast, libraries)
  }
  return libraries
}

function meet(library: Library, file: BuilderFile, call: TSESTree.CallExpression): void {
  const callee = unwrap(call.callee)
  const isMember = callee.type === 'MemberExpression'
  const name = isMember ? memberName(callee) : callee.type === 'Identifier' ? callee.name : '()'
  if (name === undefined) return
  const handle = Object.hasOwn(library.calls, name)
    ? library.calls[name]
    : isMember
      ? undefined
      : library.otherwise
  file.uses.next()
  handle?.(new CallSite(file, call, name, isMember ? callee.object : undefined))
}
