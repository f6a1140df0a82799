import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import { bindingOf } from '../reach/binding.js'
import { within } from '../reach/site.js'
import type { ClassSource } from './classes.js'
import { isClass } from './classes.js'
import type { Source } from './flow.js'
import { annotationOf } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import type { ConditionLanguage, Model } from './models.js'
import { readCondition } from './models.js'
import type { Node } from './syntax.js'
import { keyOf, memberName, stringOf, typeReference, unwrap } from './syntax.js'
import type { Place } from './tables.js'

/** Operators are the members of `Op`: https://sequelize.org/docs/v6/core-concepts/model-querying-basics/#operators */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(['[Op.and]', '[Op.or]', '[Op.not]']),
  operators: {
    '[Op.eq]': 'equal',
    '[Op.ne]': 'equal',
    '[Op.is]': 'equal',
    '[Op.in]': 'in',
    '[Op.notIn]': 'in',
    '[Op.any]': 'in',
    '[Op.gt]': 'order',
    '[Op.gte]': 'order',
    '[Op.lt]': 'order',
    '[Op.lte]': 'order',
    '[Op.between]': 'range',
    '[Op.notBetween]': 'range',
    '[Op.contains]': 'array',
    '[Op.contained]': 'array',
    '[Op.overlap]': 'array',
  },
  wrappers: new Set(['[Op.not]', '[Op.or]', '[Op.and]']),
  listIsIn: true,
}

const FINDERS = [
  'findAll',
  'findOne',
  'findAndCountAll',
  'count',
  'destroy',
  'findOrCreate',
  'findOrBuild',
  'findCreateFind',
  'restore',
  'max',
  'min',
  'sum',
]
const ROWS = ['create', 'bulkCreate', 'upsert', 'build', 'bulkBuild']

/** Sequelize: models made by `define`, by `init`, or by the decorators of sequelize-typescript. */
export const sequelize: Library = {
  name: 'sequelize',
  calls: {
    ...all(FINDERS, find),
    ...all(ROWS, (site) => write(site, site.args[0])),
    update,
    set: (site) => instance(site),
  },
}

function find(site: CallSite): void {
  const { file } = site
  const options = site.args[/^(?:max|min|sum)$/.test(site.name) ? 1 : 0]
  const model = modelOf(file, site.receiver)
  if (!model || !options) return
  readOptions(site, model, file.flow.at(options))
  for (const defaults of file.flow.property(file.flow.at(options), 'defaults')) write(site, defaults, model)
}

function readOptions(site: CallSite, model: Model, options: Source, depth = 5): void {
  const { flow } = site.file
  for (const where of flow.property(options, 'where'))
    readCondition(site.file, model, where, CONDITIONS, `sequelize ${site.name}`)
  if (depth === 0) return
  // `include: [{ model: Agent, where }]`
  for (const include of flow.property(options, 'include').flatMap((value) => flow.objects(value))) {
    for (const named of flow.property(include, 'model')) {
      const included = models(site.file).from(named)
      if (included) readOptions(site, included, include, depth - 1)
    }
  }
}

function write(
  site: CallSite,
  row: Node | Source | undefined,
  model = modelOf(site.file, site.receiver),
): void {
  if (model)
    site.file.uses.writeRow(model.relation, row, `sequelize ${site.name}`, {
      column: (key) => model.column(key),
    })
}

/** `Workspace.update({ status }, { where })`; `workspace.update({ status })`. */
function update(site: CallSite): void {
  const model = modelOf(site.file, site.receiver)
  if (!model) {
    instance(site)
    return
  }
  write(site, site.args[0], model)
  if (site.args[1]) readOptions(site, model, site.file.flow.at(site.args[1]))
}

/** `workspace.update({ status })`, `workspace.set({ status })`, `workspace.set('status', value)`. */
function instance(site: CallSite): void {
  const { file } = site
  const [first, second] = site.args
  const model = instanceOf(file, site.receiver)
  const column = stringOf(first)
  if (!model) return
  if (column === undefined) write(site, first, model)
  else file.uses.write(model.column(column), second, `sequelize ${site.name}`)
}

/** The model of what `await Workspace.findOne()` gave, or of something typed by its class. */
function instanceOf(file: BuilderFile, receiver: Node | undefined): Model | undefined {
  const node = receiver && unwrap(receiver)
  if (node?.type !== 'Identifier') return undefined
  const type = annotationOf(file.flow, node)
  if (typeReference(type) && type?.type === 'TSTypeReference')
    return models(file).from(file.flow.at(type.typeName))
  for (const { root, steps } of file.chains.of(node)) {
    if (root.type !== 'expression' || !/^(?:findOne|findByPk|create|build)$/.test(steps.at(-1)?.name ?? ''))
      continue
    const { callee } = steps.at(-1)!.call ?? {}
    const model = callee?.type === 'MemberExpression' ? modelOf(file, callee.object) : undefined
    if (model) return model
  }
  return undefined
}

/** The model that a class of the project is. */
export function modelOfClass(file: BuilderFile, source: Source): Model | undefined {
  return models(file).from(source)
}

/** The model that a call is made on: `Workspace`, `db.Workspace`, `Workspace.scope('x')`. */
export function modelOf(file: BuilderFile, receiver: Node | undefined): Model | undefined {
  let node = receiver && unwrap(receiver)
  while (node?.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const name = memberName(node.callee)
    if (name !== 'scope' && name !== 'unscoped' && name !== 'schema') return undefined
    node = unwrap(node.callee.object)
  }
  return node?.type === 'Identifier' || node?.type === 'MemberExpression'
    ? models(file).from(file.flow.at(node))
    : undefined
}

class SequelizeModel implements Model {
  readonly relation: Relation
  readonly #file: BuilderFile
  readonly #attributes: (key: string) => Source | undefined

  /** `attributes` gives what a key is declared with, if it is declared. */
  constructor(file: BuilderFile, relation: Relation, attributes: (key: string) => Source | undefined) {
    this.#file = file
    this.relation = relation
    this.#attributes = attributes
  }

  /** A column is named as its attribute, in snake case with `underscored`, or as `field` says. */
  column(key: string): Place | undefined {
    const declared = this.#attributes(key)
    if (!declared) return undefined
    const { flow, tables } = this.#file
    const [field] = flow.property(declared, 'field').flatMap((value) => flow.strings(value))
    return tables.column(this.relation, field ?? key)
  }
}

class Models {
  readonly #file: BuilderFile
  readonly #known = new Map<Node, Model | undefined>()

  constructor(file: BuilderFile) {
    this.#file = file
  }

  from(source: Source): Model | undefined {
    for (const found of this.#file.flow.sources(source)) {
      if (!this.#known.has(found.node)) {
        this.#known.set(found.node, undefined)
        this.#known.set(found.node, this.#read(found))
      }
      const model = this.#known.get(found.node)
      if (model) return model
    }
    return undefined
  }

  #read(source: Source): Model | undefined {
    const { node } = source
    if (isClass(source)) return this.#decorated(source) ?? this.#initialized(source)
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
    const [first, second, third] = node.arguments
    if (memberName(node.callee) === 'init') return first && this.#made(source, undefined, first, second)
    const name = memberName(node.callee) === 'define' ? stringOf(first) : undefined
    return name === undefined || !second ? undefined : this.#made(source, name, second, third)
  }

  /** `Workspace.init({...}, { tableName })`, where the class is. */
  #initialized(source: ClassSource): Model | undefined {
    const name = source.node.id?.name
    if (name === undefined || !source.node.superClass) return undefined
    for (const statement of [...source.file.ast.body, ...staticBlocks(source)]) {
      const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
      const call = inner?.type === 'ExpressionStatement' ? unwrap(inner.expression) : undefined
      if (
        call?.type !== 'CallExpression' ||
        call.callee.type !== 'MemberExpression' ||
        memberName(call.callee) !== 'init'
      )
        continue
      const { object } = call.callee
      const isOwn = object.type === 'ThisExpression' || (object.type === 'Identifier' && object.name === name)
      const [first, second] = call.arguments
      if (isOwn && first) return this.#made({ ...source, node: call }, name, first, second)
    }
    return undefined
  }

  #made(
    source: Source,
    model: string | undefined,
    attributes: Node,
    options: Node | undefined,
  ): Model | undefined {
    const { flow } = this.#file
    const given = options && within(source, options)
    const text = (key: string) => flow.property(given, key).flatMap((value) => flow.strings(value))[0]
    const relation = this.#table(text('tableName'), text('modelName') ?? model, text('schema'))
    const declared = within(source, attributes)
    return relation && new SequelizeModel(this.#file, relation, (key) => flow.property(declared, key)[0])
  }

  /** sequelize-typescript: `@Table({ tableName }) class Workspace extends Model { @Column status }`. */
  #decorated(source: ClassSource): Model | undefined {
    const { flow } = this.#file
    for (const { expression } of source.node.decorators) {
      const callee = expression.type === 'CallExpression' ? expression.callee : expression
      if (exported(source, callee) !== 'Table') continue
      const options = expression.type === 'CallExpression' ? expression.arguments[0] : undefined
      const given = options && within(source, options)
      const text = (key: string) => flow.property(given, key).flatMap((value) => flow.strings(value))[0]
      const relation = this.#table(
        text('tableName'),
        text('modelName') ?? source.node.id?.name,
        text('schema'),
      )
      return relation && new SequelizeModel(this.#file, relation, (key) => columnOptions(source, key))
    }
    return undefined
  }

  /** By default Sequelize takes the plural of the model's name; here by the endings of English words, in either case. */
  #table(
    table: string | undefined,
    model: string | undefined,
    schema: string | undefined,
  ): Relation | undefined {
    const { tables } = this.#file
    if (table !== undefined) return tables.find(table, schema)
    if (model === undefined) return undefined
    const plural = /(?:s|x|z|ch|sh)$/.test(model)
      ? `${model}es`
      : /[^aeiou]y$/.test(model)
        ? `${model.slice(0, -1)}ies`
        : `${model}s`
    return tables.find(plural, schema) ?? tables.find(model, schema)
  }
}

/** What `@Column({ field })` is given on a property; an empty one for a bare `@Column`. Undefined for what is no column. */
function columnOptions(source: ClassSource, key: string): Source | undefined {
  for (const member of source.node.body.body) {
    if (member.type !== 'PropertyDefinition' || keyOf(member) !== key) continue
    for (const { expression } of member.decorators) {
      const callee = expression.type === 'CallExpression' ? expression.callee : expression
      if (exported(source, callee) !== 'Column') continue
      const options = expression.type === 'CallExpression' ? expression.arguments[0] : undefined
      return within(source, options ?? expression)
    }
  }
  return undefined
}

function staticBlocks({ node }: ClassSource): TSESTree.Statement[] {
  return node.body.body.flatMap((member) => (member.type === 'StaticBlock' ? member.body : []))
}

function exported(source: Source, callee: Node): string | undefined {
  const binding = callee.type === 'Identifier' ? bindingOf(callee, source.file) : undefined
  return binding?.kind === 'import' && /^(?:sequelize-typescript|@sequelize\/)/.test(binding.source)
    ? binding.imported
    : undefined
}

const modelsOf = new WeakMap<BuilderFile, Models>()

function models(file: BuilderFile): Models {
  let found = modelsOf.get(file)
  if (!found) modelsOf.set(file, (found = new Models(file)))
  return found
}
