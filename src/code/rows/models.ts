import type { TSESTree } from '@typescript-eslint/utils'
import { allSteps, origin } from '../builders/chain.js'
import { classOf, isClass } from '../builders/classes.js'
import type { ClassSource } from '../builders/classes.js'
import type { Source } from '../builders/flow.js'
import { tableOfModel } from '../builders/knex.js'
import { CallSite } from '../builders/library.js'
import type { BuilderFile } from '../builders/library.js'
import type { Model } from '../builders/models.js'
import { queriedModels } from '../builders/prisma.js'
import { modelOf, modelOfClass } from '../builders/sequelize.js'
import { keyOf, memberName, stringOf, unwrap } from '../builders/syntax.js'
import { bindingOf } from '../reach/binding.js'
import { within } from '../reach/site.js'
import { placeShape } from './place.js'
import type { Shape } from './shape.js'
import { listOf, objectShape } from './shape.js'

/** A row of a model: its properties, and those of what it relates to. */
export function modelRow(file: BuilderFile, model: Model | undefined, link: string): Shape | undefined {
  if (!model) return undefined
  return objectShape((key) => {
    const place = model.column(key)
    if (place) return placeShape(file.catalog, place, `${link} of ${place.relation.name}`)
    const related = modelRow(file, model.related?.(key), link)
    // A relation is to one row or to many.
    return related && { ...related, ...listOf(related) }
  })
}

/** An instance of a model's class: Objection's, which names its table itself, or Sequelize's. */
export function modelClassRow(file: BuilderFile, source: ClassSource): Shape | undefined {
  if (!source.node.superClass) return undefined
  const relation = isObjection(file, source) ? tableOfModel(file, source) : undefined
  if (!relation) return modelRow(file, modelOfClass(file, source), 'sequelize row')
  return objectShape((key) =>
    placeShape(file.catalog, file.tables.column(relation, key), `objection model of ${relation.name}`),
  )
}

/** Whether a class extends Objection's Model, by way of the project's own classes, or of one that is called a model. */
function isObjection(file: BuilderFile, source: ClassSource, depth = 5): boolean {
  const { superClass } = source.node
  if (superClass?.type !== 'Identifier' || depth === 0) return false
  const binding = bindingOf(superClass, source.file)
  if (binding?.kind === 'import' && binding.source === 'objection') return true
  for (const base of file.flow.sources(within(source, superClass))) {
    if (isClass(base)) return isObjection(file, base, depth - 1)
  }
  return superClass.name.endsWith('Model')
}

const PRISMA_ONE = /^(?:findFirst|findFirstOrThrow|findUnique|findUniqueOrThrow|create|update|upsert|delete)$/
const PRISMA_MANY = /^(?:findMany|groupBy|createManyAndReturn|updateManyAndReturn)$/

/** What `prisma.workspace.findUnique(...)` and its like give. */
export function prismaResult(file: BuilderFile, call: TSESTree.CallExpression): Shape | undefined {
  const { callee } = call
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (callee.type !== 'MemberExpression' || name === undefined) return undefined
  if (!PRISMA_ONE.test(name) && !PRISMA_MANY.test(name)) return undefined
  const [model, ...others] = queriedModels(new CallSite(file, call, name, callee.object))
  if (!model || others.length > 0 || isExtended(file, call)) return undefined
  const row = modelRow(file, model, 'prisma row')
  return PRISMA_MANY.test(name) ? listOf(row) : row
}

/** Whether the client is an extended one, whose results may be anything: `prisma.$extends({ result })`. */
function isExtended(file: BuilderFile, call: TSESTree.CallExpression): boolean {
  return file.chains.of(call).some((chain) => {
    const from = file.flow.at(origin(chain))
    if (allSteps(chain).some((step) => step.name === '$extends' && !keepsResults(file, from, step.call)))
      return true
    return file.flow.sources(from).some((source) => {
      for (let at: TSESTree.Node = source.node; at.type === 'CallExpression';) {
        const { callee } = at
        if (callee.type !== 'MemberExpression' || memberName(callee) !== '$extends') return false
        if (!keepsResults(file, source, at)) return true
        at = unwrap(callee.object)
      }
      return false
    })
  })
}

/** Whether an extension only has to do with how queries run: `$extends({ name, query })`, whose results are typed as before. */
function keepsResults(file: BuilderFile, source: Source, call: TSESTree.CallExpression | undefined): boolean {
  const [given, ...others] = call?.arguments ?? []
  if (given === undefined || others.length > 0) return false
  const extensions = file.flow.sources(within(source, given))
  return extensions.every(
    ({ node }) =>
      node.type === 'ObjectExpression' &&
      node.properties.every((one) => one.type === 'Property' && /^(?:name|query)$/.test(keyOf(one) ?? '')),
  )
}

const SEQUELIZE_ONE = /^(?:findOne|findByPk|create|build)$/
const SEQUELIZE_MANY = /^(?:findAll|bulkCreate|bulkBuild)$/

/** What `Workspace.findOne(...)` and its like of a Sequelize model give. */
export function sequelizeResult(file: BuilderFile, call: TSESTree.CallExpression): Shape | undefined {
  const { callee } = call
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (callee.type !== 'MemberExpression' || name === undefined) return undefined
  const isPair = name === 'findOrCreate' || name === 'findOrBuild'
  if (!SEQUELIZE_ONE.test(name) && !SEQUELIZE_MANY.test(name) && !isPair && name !== 'findAndCountAll')
    return undefined
  // `this.findOne()` in the model, `Workspace.findOne()` anywhere.
  const receiver = unwrap(callee.object)
  const source = receiver.type === 'ThisExpression' ? classOf(file.flow, receiver)?.node.id : receiver
  const model = modelOf(file, source ?? undefined)
  if (!model || !hasOwnNames(file, call, name)) return undefined
  const row = modelRow(file, model, 'sequelize row')
  if (SEQUELIZE_ONE.test(name)) return row
  const list = listOf(row)
  return name === 'findAndCountAll' ? objectShape((key) => (key === 'rows' ? list : undefined)) : list
}

/** Whether the attributes that are selected have their own names: `attributes: [['status', 'state']]` renames. */
function hasOwnNames(file: BuilderFile, call: TSESTree.CallExpression, name: string): boolean {
  const options = call.arguments[name === 'findByPk' ? 1 : 0]
  if (!options || !name.startsWith('find')) return true
  return file.flow.property(file.flow.at(options), 'attributes').every((attributes) =>
    // `attributes: { include: [...] }` adds to them.
    [attributes, ...file.flow.property(attributes, 'include')].every((list) =>
      file.flow.elements(list).every(({ node }) => stringOf(node) !== undefined),
    ),
  )
}
