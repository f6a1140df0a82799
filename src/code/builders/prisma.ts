import type { Chain } from './chain.js'
import { annotationOfMember, origin } from './chain.js'
import type { Source } from './flow.js'
import { annotationOf } from './flow.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import type { ConditionLanguage, Model } from './models.js'
import { readCondition } from './models.js'
import type { PrismaModel, PrismaSchema } from './prismaSchema.js'
import { prismaSchemaOf } from './prismaSchema.js'
import { importsFrom } from './proof.js'
import { typeReference, unwrap } from './syntax.js'
import type { Place } from './tables.js'
import { typedEntries } from './typedRows.js'

const READS = [
  'findMany',
  'findFirst',
  'findFirstOrThrow',
  'findUnique',
  'findUniqueOrThrow',
  'count',
  'aggregate',
  'groupBy',
  'delete',
  'deleteMany',
]
const WRITES = [
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
]

/** What a client or transaction is called where nothing else tells: `ctx.prisma`, `db`, `tx`. */
const INSTANCE = /^(?:db|tx|trx|client|database)$|prisma$|Prisma$|^prisma/
const INSTANCE_TYPE = /^(?:PrismaClient|TransactionClient|Prisma\w*|ExtendedPrisma\w*)$/

/** https://www.prisma.io/docs/orm/reference/prisma-client-reference#filter-conditions-and-operators */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(['AND', 'OR', 'NOT']),
  operators: {
    equals: 'equal',
    in: 'in',
    notIn: 'in',
    lt: 'order',
    lte: 'order',
    gt: 'order',
    gte: 'order',
    has: 'element',
    hasEvery: 'array',
    hasSome: 'array',
  },
  wrappers: new Set(['not']),
  quantifiers: new Set(['some', 'every', 'none', 'is', 'isNot']),
}

const DEPTH = 8

/** Prisma's client: models, fields and enum values have the names of schema.prisma, which maps them to the database's. */
export const prisma: Library = {
  name: 'prisma',
  calls: all([...READS, ...WRITES], operation),
}

function operation(site: CallSite): void {
  const [options] = site.args
  if (!options) return
  for (const model of queriedModels(site)) {
    new Reader(site.file, `prisma ${site.name}`).options(model, site.file.flow.at(options))
  }
}

/** The tables that `prisma.workspace.findMany()` may be of: those of the models of schema.prisma that the client's accessor names. */
export function queriedModels(site: CallSite): Model[] {
  const { receiver, file } = site
  const accessor = receiver && unwrap(receiver)
  if (!accessor || (accessor.type !== 'MemberExpression' && accessor.type !== 'Identifier')) return []
  const schema = schemaOf(file)
  if (!schema) return []
  const found = new Set<PrismaModel>()
  for (const chain of site.chains()) {
    const name = chain.steps.at(-2)
    const model = name && !name.call ? schema.accessors.get(name.name) : undefined
    if (model && isClient(file, chain, site)) found.add(model)
  }
  return [...found].flatMap((each) => modelOf(file, schema, each) ?? [])
}

const schemas = new WeakMap<BuilderFile, PrismaSchema | undefined>()

function schemaOf(file: BuilderFile): PrismaSchema | undefined {
  if (!schemas.has(file)) schemas.set(file, prismaSchemaOf(file.context, file.source.filename))
  return schemas.get(file)
}

/** Whether what a model is taken from is Prisma's client: by its type, by what made it, or by its name. */
function isClient(file: BuilderFile, chain: Chain, site: CallSite): boolean {
  const start = origin(chain)
  const before = chain.steps.slice(0, -2)
  if (start.type === 'NewExpression')
    return start.callee.type === 'Identifier' && INSTANCE_TYPE.test(start.callee.name)
  if (chain.root.type === 'callback' && chain.root.step.name === '$transaction') return true
  const model = site.receiver && unwrap(site.receiver)
  const client = model?.type === 'MemberExpression' ? unwrap(model.object) : undefined
  if (client?.type === 'MemberExpression') {
    const type = typeReference(annotationOfMember(client))
    if (type) return INSTANCE_TYPE.test(type.name)
  }
  const last = before.at(-1)
  if (last) return INSTANCE.test(last.name) || before.some(({ name }) => name === '$extends')
  if (start.type !== 'Identifier') return false
  const type = typeReference(annotationOf(file.flow, start))
  if (type) return INSTANCE_TYPE.test(type.name)
  const [made] = file.flow.sources(file.flow.at(start))
  if (made?.node.type === 'NewExpression' && made.node.callee.type === 'Identifier')
    return INSTANCE_TYPE.test(made.node.callee.name)
  return (
    INSTANCE.test(start.name) ||
    (importsFrom(file, /^@prisma\/client/) && file.flow.variable(start) !== undefined)
  )
}

function modelOf(file: BuilderFile, schema: PrismaSchema, model: PrismaModel): PrismaTable | undefined {
  const relation = file.tables.find(model.table, model.schema)
  return relation && new PrismaTable(file, schema, model, relation)
}

/** Reads the options of one call. */
class Reader {
  readonly #file: BuilderFile
  readonly #link: string

  constructor(file: BuilderFile, link: string) {
    this.#file = file
    this.#link = link
  }

  options(model: Model, options: Source, depth = DEPTH): void {
    if (depth === 0) return
    for (const { key, value } of this.#file.flow.entries(options)) {
      if (key === 'where' || key === 'having' || key === 'cursor') this.where(model, value)
      else if (key === 'data' || key === 'create' || key === 'update') this.data(model, value, depth - 1)
      else if (key === 'include' || key === 'select' || key === 'omit')
        this.#selected(model, value, depth - 1)
    }
  }

  where(model: Model, where: Source): void {
    readCondition(this.#file, model, where, CONDITIONS, this.#link)
    // `where: { id_status: { id, status } }`, the name of a compound key.
    for (const { key, value } of this.#file.flow.entries(where)) {
      if (model instanceof PrismaTable && model.isCompound(key))
        readCondition(this.#file, model, value, CONDITIONS, this.#link)
    }
  }

  /** `include: { agents: { where } }`. */
  #selected(model: Model, selected: Source, depth: number): void {
    for (const { key, value } of this.#file.flow.entries(selected)) {
      const related = model.related?.(key)
      if (related) this.options(related, value, depth)
    }
  }

  data(model: Model, data: Source, depth: number): void {
    if (depth <= 0) return
    const { flow, uses } = this.#file
    for (const { key, value } of flow.entries(data)) {
      const place = model.column(key)
      if (place) this.#write(place, value)
      const related = place ? undefined : model.related?.(key)
      if (!related) continue
      for (const nested of flow.entries(value)) this.#nested(related, nested.key, nested.value, depth - 1)
    }
    for (const { key, value } of typedEntries(flow, data, uses.valueKeys(model.relation)))
      uses.write(model.column(key), value, this.#link)
  }

  #write(place: Place, value: Source): void {
    const { flow, uses } = this.#file
    uses.write(place, value, this.#link)
    for (const { key, value: inner } of flow.entries(value)) {
      if (key === 'set') uses.write(place, inner, this.#link)
      if (key === 'push') {
        uses.write(place, inner, this.#link)
        uses.append(place, inner, this.#link)
      }
    }
  }

  /** `agents: { create: {...}, connectOrCreate: { where, create }, updateMany: { where, data } }`. */
  #nested(model: Model, key: string, value: Source, depth: number): void {
    if (key === 'create') this.data(model, value, depth)
    else if (
      key === 'connect' ||
      key === 'disconnect' ||
      key === 'delete' ||
      key === 'deleteMany' ||
      key === 'set'
    )
      this.where(model, value)
    else if (key === 'createMany' || key === 'connectOrCreate' || key === 'updateMany' || key === 'upsert')
      this.options(model, value, depth)
    else if (key === 'update') {
      // A relation to one takes the data itself, or `{ where, data }`; a relation to many the latter.
      this.options(model, value, depth)
      this.data(model, value, depth)
    }
  }
}

class PrismaTable implements Model {
  readonly relation
  readonly #file: BuilderFile
  readonly #schema: PrismaSchema
  readonly #model: PrismaModel

  constructor(file: BuilderFile, schema: PrismaSchema, model: PrismaModel, relation: Model['relation']) {
    this.#file = file
    this.#schema = schema
    this.#model = model
    this.relation = relation
  }

  column(key: string): Place | undefined {
    const field = this.#model.fields.get(key)
    if (!field || this.#schema.models.has(field.type)) return undefined
    const place = this.#file.tables.column(this.relation, field.column)
    const values = this.#schema.enums.get(field.type)
    return place && values ? { ...place, names: { type: field.type, values } } : place
  }

  related(key: string): PrismaTable | undefined {
    const field = this.#model.fields.get(key)
    const model = field && this.#schema.models.get(field.type)
    return model && modelOf(this.#file, this.#schema, model)
  }

  /** Whether a key is made of several fields: `id_status`. */
  isCompound(key: string): boolean {
    return (
      !this.#model.fields.has(key) &&
      key.includes('_') &&
      [...this.#model.fields.keys()].some((name) => key.startsWith(`${name}_`))
    )
  }
}
