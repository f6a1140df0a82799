import type { Chain, Step } from './chain.js'
import type { Entity } from './entities.js'
import { entities, isClassName } from './entities.js'
import type { Source } from './flow.js'
import { comparisonsIn } from './fragments.js'
import type { BuilderFile, CallSite, Library } from './library.js'
import { all } from './library.js'
import type { ConditionLanguage } from './models.js'
import { comparisonOn, readCondition } from './models.js'
import type { Node } from './syntax.js'
import { mayBeCondition, repositoryOf } from './repositories.js'
import { stringOf } from './syntax.js'
import type { Place } from './tables.js'
import { writtenText } from './writtenText.js'
import { writeEntity } from './writeEntity.js'

/** https://typeorm.io/docs/working-with-entity-manager/find-options#advanced-options */
const CONDITIONS: ConditionLanguage = {
  junctions: new Set(),
  operators: {},
  wrappers: new Set(),
  functions: {
    Equal: 'equal',
    In: 'in',
    Any: 'in',
    LessThan: 'order',
    LessThanOrEqual: 'order',
    MoreThan: 'order',
    MoreThanOrEqual: 'order',
    Between: 'order',
    ArrayContains: 'array',
    ArrayContainedBy: 'array',
    ArrayOverlap: 'array',
  },
  functionWrappers: new Set(['Not', 'Or', 'And']),
}

/** What each argument of a repository's method is; a manager's methods take the entity before them. */
type Role = 'options' | 'where' | 'row' | 'other'

const METHODS: Readonly<Record<string, readonly Role[]>> = {
  find: ['options'],
  findOne: ['options'],
  findOneOrFail: ['options'],
  findAndCount: ['options'],
  count: ['options'],
  exists: ['options'],
  exist: ['options'],
  findBy: ['where'],
  findOneBy: ['where'],
  findOneByOrFail: ['where'],
  findAndCountBy: ['where'],
  countBy: ['where'],
  existsBy: ['where'],
  update: ['where', 'row'],
  delete: ['where'],
  softDelete: ['where'],
  restore: ['where'],
  insert: ['row'],
  save: ['row'],
  create: ['row'],
  preload: ['row'],
  upsert: ['row'],
  merge: ['other', 'row', 'row'],
  sum: ['other', 'where'],
  average: ['other', 'where'],
  minimum: ['other', 'where'],
  maximum: ['other', 'where'],
  increment: ['where'],
  decrement: ['where'],
}

const JOINS = new Set(['leftJoin', 'innerJoin', 'leftJoinAndSelect', 'innerJoinAndSelect'])
const WHERE = ['where', 'andWhere', 'orWhere', 'having', 'andHaving', 'orHaving']

/** TypeORM: repositories and managers (https://typeorm.io/docs/working-with-entity-manager/repository-api), query builders. */
export const typeorm: Library = {
  name: 'typeorm',
  calls: {
    ...all(Object.keys(METHODS), operation),
    ...all([...WHERE, ...JOINS], condition),
    ...all(['set', 'values'], row),
  },
}

function operation(site: CallSite): void {
  if (!mayBeCondition(site.args)) return
  const roles = METHODS[site.name]!
  const { file, args } = site
  const named = isClassName(args[0]) ? isEntity(entities(file).of(args[0])) : undefined
  const entity = named ?? repositoryOf(file, site.receiver)
  if (entity?.library !== 'typeorm') {
    if (site.name === 'update' && args[0] && !named) row(site)
    return
  }
  const given = named ? args.slice(1) : args
  const link = `typeorm ${site.name}`
  for (const [index, role] of roles.entries()) {
    const argument = given[index]
    if (!argument) break
    const source = file.flow.at(argument)
    if (role === 'where') readCondition(file, entity, source, CONDITIONS, link)
    else if (role === 'options') {
      for (const where of file.flow.property(source, 'where'))
        readCondition(file, entity, where, CONDITIONS, link)
    } else if (role === 'row') writeEntity(file, entity, source, link)
  }
}

function isEntity(entity: Entity | undefined): Entity | undefined {
  return entity?.library === 'typeorm' ? entity : undefined
}

/** The entities of a query builder by their alias; `undefined` where an alias is of something else. */
interface Builder {
  readonly main: Entity
  readonly aliases: ReadonlyMap<string, Entity | undefined>
  readonly parameters: readonly Step[]
}

function buildersOf(site: CallSite): Builder[] {
  return site.chains().flatMap((chain) => builderOf(site, chain) ?? [])
}

function builderOf(site: CallSite, chain: Chain): Builder | undefined {
  const { file } = site
  const around = stepsOf(chain)
  if (!around.some(({ name }) => name === 'createQueryBuilder')) return undefined
  const aliases = new Map<string, Entity | undefined>()
  let main: Entity | undefined
  for (const { name, call } of around) {
    const [first, second, third] = call?.arguments ?? []
    if (!call) continue
    if (name === 'createQueryBuilder') {
      const named = entities(file).of(first)
      main =
        named ??
        (call.callee.type === 'MemberExpression' ? repositoryOf(file, call.callee.object) : undefined)
      const alias = stringOf(named ? second : first)
      if (alias !== undefined) aliases.set(alias, main)
    } else if (name === 'from' || name === 'into' || name === 'update') {
      const named = entities(file).of(first)
      main ??= named
      const alias = stringOf(second)
      if (alias !== undefined && named) aliases.set(alias, named)
    } else if (JOINS.has(name)) {
      const alias = stringOf(second)
      const [from, property] = stringOf(first)?.split('.') ?? []
      const owner = from === undefined ? undefined : aliases.get(from)
      const joined =
        property === undefined ? entities(file).of(first) : (owner?.related?.(property) as Entity | undefined)
      if (alias !== undefined) aliases.set(alias, joined)
    } else if (/^(?:left|inner)JoinAndMap(?:One|Many)$/.test(name)) {
      const [from, property] = stringOf(second)?.split('.') ?? []
      const alias = stringOf(third)
      const owner = from === undefined ? undefined : aliases.get(from)
      if (alias !== undefined)
        aliases.set(
          alias,
          property === undefined ? undefined : (owner?.related?.(property) as Entity | undefined),
        )
    }
  }
  if (main?.library !== 'typeorm') return undefined
  const parameters = [...around, ...file.chains.after(site.call)].filter(
    ({ name }) => name === 'setParameter' || name === 'setParameters',
  )
  return { main, aliases, parameters }
}

/** The entity that `getOne()` and `getMany()` of a query builder give. */
export function builtEntity(site: CallSite): Entity | undefined {
  const [builder, ...others] = buildersOf(site)
  return others.length === 0 ? builder?.main : undefined
}

/** The steps of a chain, after those of the chains around it: `new Brackets((qb) => ...)` has none of its own. */
function stepsOf(chain: Chain): readonly Step[] {
  return chain.root.type === 'callback' ? [...stepsOf(chain.root.owner), ...chain.steps] : chain.steps
}

/** `where('w.status = :status', { status })`, `where({ status })`; the condition of a join is its third argument. */
function condition(site: CallSite): void {
  const isJoin = JOINS.has(site.name)
  const text = site.args[isJoin ? 2 : 0]
  const given = site.args[isJoin ? 3 : 1]
  if (!text) return
  const written = writtenText(site.file.source, text)
  const link = `typeorm ${site.name}`
  for (const builder of buildersOf(site)) {
    if (!written) readCondition(site.file, builder.main, site.file.flow.at(text), CONDITIONS, link)
    for (const { column, comparison, values } of written ? comparisonsIn(written) : []) {
      const place = columnOf(site.file, builder, column)
      if (!place) continue
      for (const value of values) {
        const effective =
          comparison === 'in' && !('parameter' in value) ? 'equal' : comparisonOn(place, comparison)
        if ('value' in value) site.file.uses.text(place, effective, value, link)
        else if ('hole' in value)
          site.file.uses.compare(place, effective, site.file.flow.at(value.hole), link)
        else
          for (const source of parameter(site, builder, given, value.parameter))
            site.file.uses.compare(place, effective, source, link)
      }
    }
  }
}

function columnOf(file: BuilderFile, { main, aliases }: Builder, name: string): Place | undefined {
  const parts = name.split('.')
  if (parts.length === 1) return main.column(name) ?? file.tables.column(main.relation, name)
  const entity = parts.length === 2 ? aliases.get(parts[0]!) : undefined
  return entity && (entity.column(parts[1]!) ?? file.tables.column(entity.relation, parts[1]!))
}

/** What `:name` stands for: in the same call, or in `setParameter(s)` of the same builder. */
function parameter(
  { file }: CallSite,
  { parameters }: Builder,
  given: Node | undefined,
  name: string,
): Source[] {
  const own = given ? file.flow.property(file.flow.at(given), name) : []
  const others = parameters.flatMap((step) => {
    const [first, second] = step.call?.arguments ?? []
    if (!first) return []
    if (step.name === 'setParameters') return file.flow.property(file.flow.at(first), name)
    return second && stringOf(first) === name ? [file.flow.at(second)] : []
  })
  return [...own, ...others]
}

/** `update(Workspace).set({ status })`, `insert().into(Workspace).values([...])`. */
function row(site: CallSite): void {
  const [first] = site.args
  if (!first) return
  for (const { main } of buildersOf(site))
    writeEntity(site.file, main, site.file.flow.at(first), `typeorm ${site.name}`, 0)
}
