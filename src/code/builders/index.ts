import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import type { CodeUse } from '../use.js'
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
import { librariesIn } from './prefilter.js'
import type { LibraryName } from './prefilter.js'
import { memberName, unwrap } from './syntax.js'

/** One file per library, in the order of their marks. */
const LIBRARIES: readonly Library[] = [
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
  const names = librariesIn(context)
  if (!catalog || names.length === 0) return []
  const libraries = LIBRARIES.filter(({ name }) => names.includes(name))
  const file = new BuilderFile(context, catalog)
  for (const node of nodesOf(context).of('CallExpression')) {
    for (const library of libraries) meet(library, file, node)
  }
  return file.uses.all()
}

/** Reads one call as each of the libraries would. */
export function meetCall(
  names: readonly LibraryName[],
  file: BuilderFile,
  call: TSESTree.CallExpression,
): void {
  for (const library of LIBRARIES) if (names.includes(library.name)) meet(library, file, call)
}

/** Whether a call is one that some library may know, by its name alone. */
export function isLibraryCall({ callee, arguments: given }: TSESTree.CallExpression): boolean {
  const plain = unwrap(callee)
  const name = plain.type === 'MemberExpression' ? memberName(plain) : undefined
  if (name === undefined) return plain.type === 'Identifier' && (NAMES.has(plain.name) || given.length > 2)
  return NAMES.has(name)
}

const NAMES: ReadonlySet<string> = new Set(LIBRARIES.flatMap(({ calls }) => Object.keys(calls)))

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
