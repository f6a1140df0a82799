import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { bindingOf } from '../reach/binding.js'
import { returned } from '../reach/reach.js'
import { within } from '../reach/site.js'
import { annotationOf } from './flow.js'
import type { Source } from './flow.js'
import type { BuilderFile } from './library.js'
import type { Node } from './syntax.js'
import { isFunction, memberName, stringOf, unwrap } from './syntax.js'
import type { Place } from './tables.js'

const MODULE = /^drizzle-orm(?:\/|$)/
const MAKERS = new Set(['pgTable', 'pgView', 'pgMaterializedView'])
const SCHEMA_MAKERS = new Set(['table', 'view', 'materializedView'])

/** A table or view as Drizzle declares it: https://orm.drizzle.team/docs/sql-schema-declaration */
export class DrizzleTable {
  readonly relation: Relation
  readonly #file: BuilderFile
  readonly #columns: Source | undefined
  #names: ReadonlyMap<string, string> | undefined

  constructor(file: BuilderFile, relation: Relation, columns: Source | undefined) {
    this.#file = file
    this.relation = relation
    this.#columns = columns
  }

  /** The column of a key: by the name that its builder is given, else by the key, which `casing` may turn into snake case. */
  column(key: string): Place | undefined {
    const name = (this.#names ??= this.#read()).get(key)
    return name === undefined ? undefined : this.#file.tables.column(this.relation, name)
  }

  #read(): ReadonlyMap<string, string> {
    const names = new Map<string, string>()
    if (!this.#columns) return names
    for (const { key, value } of this.#file.flow.entries(this.#columns)) {
      const first = innermostCall(value.node)?.arguments[0]
      names.set(key, stringOf(first) ?? key)
    }
    return names
  }
}

/** `text('status')` of `text('status').notNull().default('x')`. */
export function innermostCall(node: Node): TSESTree.CallExpression | undefined {
  let call = unwrap(node)
  while (call.type === 'CallExpression' && call.callee.type === 'MemberExpression') {
    const object = unwrap(call.callee.object)
    if (object.type !== 'CallExpression') break
    call = object
  }
  return call.type === 'CallExpression' ? call : undefined
}

/** Finds the Drizzle tables that expressions stand for, across the project's files. One for each linted file. */
export class DrizzleTables {
  readonly #file: BuilderFile
  readonly #known = new Map<Node, DrizzleTable | undefined>()

  constructor(file: BuilderFile) {
    this.#file = file
  }

  /** The table of `workspaces`, `schema.workspaces`, `alias(workspaces, 'w')` or a parameter typed `typeof workspaces`. */
  of(node: Node): DrizzleTable | undefined {
    const { flow } = this.#file
    const inner = unwrap(node)
    if (inner.type === 'Identifier') {
      const type = annotationOf(flow, inner)
      if (type?.type === 'TSTypeQuery' && type.exprName.type === 'Identifier')
        return this.from(flow.at(type.exprName))
    }
    if (inner.type !== 'Identifier' && inner.type !== 'MemberExpression' && inner.type !== 'CallExpression')
      return undefined
    return this.from(flow.at(inner))
  }

  from(source: Source): DrizzleTable | undefined {
    const found = new Set(this.#file.flow.sources(source).map((one) => this.#made(one)))
    return found.size === 1 ? [...found][0] : undefined
  }

  #made(source: Source): DrizzleTable | undefined {
    const { node } = source
    if (node.type !== 'CallExpression') return undefined
    if (!this.#known.has(node)) {
      this.#known.set(node, undefined)
      this.#known.set(node, this.#read(source, node))
    }
    return this.#known.get(node)
  }

  #read(source: Source, node: TSESTree.CallExpression): DrizzleTable | undefined {
    const { flow, tables } = this.#file
    const call = innermostCall(node)
    const [first, second] = call?.arguments ?? []
    if (!call || !first || isOfOtherDatabase(source.file.filename, this.#file.context)) return undefined
    const callee = unwrap(call.callee)
    const maker = makerNamed(source, callee)
    if (callee.type === 'MemberExpression' && maker === undefined) {
      if (!SCHEMA_MAKERS.has(memberName(callee) ?? '')) return undefined
      const schemas = flow.sources(within(source, callee.object)).flatMap((made) => {
        const isSchema =
          made.node.type === 'CallExpression' && exported(made, made.node.callee) === 'pgSchema'
        return isSchema ? flow.strings(within(made, made.node.arguments[0]!)) : []
      })
      const [name] = flow.strings(within(source, first))
      const relation = schemas.length === 1 && name !== undefined ? tables.find(name, schemas[0]) : undefined
      return relation && new DrizzleTable(this.#file, relation, second && within(source, second))
    }
    if (maker === 'alias' || maker === 'aliasedTable') return this.from(within(source, first))
    const name = MAKERS.has(maker ?? '')
      ? flow.strings(within(source, first))[0]
      : this.#createdName(source, callee, first)
    const relation = name === undefined ? undefined : tables.find(name)
    return relation && new DrizzleTable(this.#file, relation, second && within(source, second))
  }

  /** The name that ``pgTableCreator((name) => `app_${name}`)`` makes of the one that is given. */
  #createdName(source: Source, callee: Node, given: Node): string | undefined {
    const { flow } = this.#file
    if (callee.type !== 'Identifier') return undefined
    for (const made of flow.sources(within(source, callee))) {
      if (made.node.type !== 'CallExpression' || exported(made, made.node.callee) !== 'pgTableCreator')
        continue
      const mapper = made.node.arguments[0]
      const [result] = mapper && isFunction(mapper) ? returned(mapper) : []
      if (result?.type !== 'TemplateLiteral' || result.expressions.length !== 1) continue
      const [name] = flow.strings(within(source, given))
      if (name === undefined) return undefined
      return result.quasis.map((quasi) => quasi.value.cooked).join(name)
    }
    return undefined
  }
}

/** The name under which Drizzle exports what a callee of some file names: `pgTable`, `t.pgTable` of `import * as t`. */
function exported(source: Source, callee: Node): string | undefined {
  if (callee.type === 'MemberExpression')
    return exported(source, callee.object) === '*' ? memberName(callee) : undefined
  if (callee.type !== 'Identifier') return undefined
  const binding = bindingOf(callee, source.file)
  return binding?.kind === 'import' && MODULE.test(binding.source) ? binding.imported : undefined
}

/** The function of Drizzle's that a callee is; `snakeCase.table` and `camelCase.table` are `pgTable` with a casing of the columns. */
function makerNamed(source: Source, callee: Node): string | undefined {
  const maker = exported(source, callee)
  if (maker !== undefined || callee.type !== 'MemberExpression') return maker
  const isCased = /^(?:snake|camel)Case$/.test(exported(source, callee.object) ?? '')
  return isCased && SCHEMA_MAKERS.has(memberName(callee) ?? '') ? 'pgTable' : undefined
}
