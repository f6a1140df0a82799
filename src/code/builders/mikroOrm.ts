import type { Chain } from './chain.js'
import type { Entity } from './entities.js'
import { entities, isClassName } from './entities.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import type { ConditionLanguage, Model } from './models.js'
import { readCondition } from './models.js'
import { mayBeCondition, repositoryOf } from './repositories.js'
import { stringOf } from './syntax.js'
import { writeEntity } from './writeEntity.js'

/** https://mikro-orm.io/docs/query-conditions */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(['$and', '$or', '$not']),
  operators: {
    $eq: 'equal',
    $ne: 'equal',
    $in: 'in',
    $nin: 'in',
    $gt: 'order',
    $gte: 'order',
    $lt: 'order',
    $lte: 'order',
    $contains: 'array',
    $contained: 'array',
    $overlap: 'array',
  },
  wrappers: new Set(['$not', '$and', '$or']),
  quantifiers: new Set(['$some', '$none', '$every']),
  listIsIn: true,
}

/** What each argument is after the entity, which a repository's methods leave out. */
type Role = 'options' | 'where' | 'row' | 'other'

const METHODS: Readonly<Record<string, readonly Role[]>> = {
  find: ['where'],
  findOne: ['where'],
  findOneOrFail: ['where'],
  findAndCount: ['where'],
  findAll: ['options'],
  findByCursor: ['options'],
  count: ['where'],
  stream: ['options'],
  nativeUpdate: ['where', 'row'],
  nativeDelete: ['where'],
  insert: ['row'],
  insertMany: ['row'],
  upsert: ['row'],
  upsertMany: ['row'],
  create: ['row'],
}

/** MikroORM: the entity manager and repositories (https://mikro-orm.io/docs/entity-manager), its query builder. */
export const mikroOrm: Library = {
  name: 'mikro-orm',
  calls: {
    ...all(Object.keys(METHODS), operation),
    ...all(['where', 'andWhere', 'orWhere', 'having', 'delete'], condition),
    update: row,
    assign,
  },
}

function operation(site: CallSite): void {
  if (!mayBeCondition(site.args)) return
  const { file, args } = site
  const named = isClassName(args[0]) ? mikro(entities(file).of(args[0])) : undefined
  const entity = named ?? mikro(repositoryOf(file, site.receiver))
  if (!entity) {
    if (site.name === 'insert') row(site)
    return
  }
  const given = named ? args.slice(1) : args
  const link = `mikro-orm ${site.name}`
  for (const [index, role] of METHODS[site.name]!.entries()) {
    const argument = given[index]
    if (!argument) break
    const source = file.flow.at(argument)
    if (role === 'where') readCondition(file, entity, source, CONDITIONS, link)
    else if (role === 'row') writeEntity(file, entity, source, link)
    else
      for (const where of file.flow.property(source, 'where'))
        readCondition(file, entity, where, CONDITIONS, link)
  }
}

function mikro(entity: Entity | undefined): Entity | undefined {
  return entity?.library === 'mikro-orm' ? entity : undefined
}

/** `em.assign(workspace, { status })` and `wrap(workspace).assign({ status })`, where the entity was found in this file. */
function assign(site: CallSite): void {
  const { file } = site
  const [first, second] = site.args
  if (!first) return
  for (const chain of second ? file.chains.of(first) : site.chains()) {
    const entity = foundBy(file, chain)
    if (entity) writeEntity(file, entity, file.flow.at(second ?? first), 'mikro-orm assign')
  }
}

/** The entity that a chain such as `await em.findOneOrFail(Workspace, id)` gives. */
function foundBy(file: BuilderFile, chain: Chain): Entity | undefined {
  for (const { name, call } of chain.steps.toReversed()) {
    if (name === '()' && call?.arguments[0]) {
      // `wrap(workspace)`
      for (const inner of file.chains.of(call.arguments[0])) {
        const entity = foundBy(file, inner)
        if (entity) return entity
      }
    }
    if (!/^(?:findOne|findOneOrFail|create|upsert|getReference)$/.test(name) || !call) continue
    const receiver = call.callee.type === 'MemberExpression' ? call.callee.object : undefined
    return mikro(entities(file).of(call.arguments[0])) ?? mikro(repositoryOf(file, receiver))
  }
  return undefined
}

/** The entities of a query builder: the main one, and the joined ones by their alias, for `{ 'a.kind': value }`. */
function modelsOf(site: CallSite): Model[] {
  const { file } = site
  return site.chains().flatMap(({ steps }): Model[] => {
    const aliases = new Map<string, Entity | undefined>()
    let main: Entity | undefined
    for (const { name, call } of steps) {
      const [first, second] = call?.arguments ?? []
      if (name === 'createQueryBuilder' || name === 'qb') {
        const named = mikro(entities(file).of(first))
        const receiver = call?.callee.type === 'MemberExpression' ? call.callee.object : undefined
        main = named ?? mikro(repositoryOf(file, receiver))
        const alias = stringOf(named ? second : first)
        if (alias !== undefined) aliases.set(alias, main)
      } else if (/^(?:left|inner)?[jJ]oin(?:AndSelect)?$/.test(name)) {
        const [from, property] = stringOf(first)?.split('.') ?? []
        const alias = stringOf(second)
        const owner = property === undefined ? main : aliases.get(from!)
        if (alias !== undefined && from !== undefined)
          aliases.set(alias, owner?.related?.(property ?? from) as Entity | undefined)
      }
    }
    return main ? [aliased(main, aliases)] : []
  })
}

function aliased(main: Entity, aliases: ReadonlyMap<string, Entity | undefined>): Model {
  return {
    relation: main.relation,
    column: (key) => {
      const [alias, name] = key.split('.')
      return name === undefined ? main.column(key) : aliases.get(alias!)?.column(name)
    },
    related: (key) => main.related?.(key),
  }
}

function condition(site: CallSite): void {
  const [first] = site.args
  if (!first || stringOf(first) !== undefined) return
  for (const model of modelsOf(site)) {
    readCondition(site.file, model, site.file.flow.at(first), CONDITIONS, `mikro-orm ${site.name}`)
  }
}

/** `qb.update({ status })`, `qb.insert({ status })`. */
function row(site: CallSite): void {
  for (const model of modelsOf(site)) {
    site.file.uses.writeRow(model.relation, site.args[0], `mikro-orm ${site.name}`, {
      column: (key) => model.column(key),
    })
  }
}
