import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
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
import type { Node } from './syntax.js'
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
  if (!catalog) return []
  const { text } = context.sourceCode
  let packages: readonly string[] | undefined
  const isThere = (name: RegExp): boolean => {
    packages ??= [...(dependenciesOf(context.filename) ?? [])]
    return packages.length === 0 || name.test(text) || packages.some((one) => name.test(one))
  }
  const libraries = LIBRARIES.filter(
    (library) => library.hint.test(text) && (!library.package || isThere(library.package)),
  )
  if (libraries.length === 0) return []
  const file = new BuilderFile(context, catalog)
  visit(context.ast, context.sourceCode.visitorKeys, (call) => {
    for (const library of libraries) meet(library, file, call)
  })
  return file.uses.all()
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

function visit(
  root: Node,
  keys: Readonly<Record<string, readonly string[]>>,
  enter: (call: TSESTree.CallExpression) => void,
): void {
  const stack: Node[] = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'CallExpression') enter(node)
    for (const key of keys[node.type] ?? []) {
      const child = (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[
        key
      ]
      if (Array.isArray(child)) {
        for (const element of child as readonly (Node | null)[]) if (element) stack.push(element)
      } else if (child) stack.push(child as Node)
    }
  }
}
