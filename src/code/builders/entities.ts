import type { TSESTree } from '@typescript-eslint/utils'
import type { Relation } from '../../catalog/model.js'
import { isOfOtherDatabase } from '../otherDatabase.js'
import { bindingOf } from '../reach/binding.js'
import { within } from '../reach/site.js'
import type { ClassSource } from './classes.js'
import { isClass } from './classes.js'
import type { Source } from './flow.js'
import type { BuilderFile } from './library.js'
import type { Model } from './models.js'
import type { Node } from './syntax.js'
import { isFunction, keyOf, memberName, stringOf, typeReference, unwrap } from './syntax.js'
import type { Place } from './tables.js'

const MODULE = /^(typeorm|@mikro-orm)(?:\/|$)/
const RELATIONS = new Set(['ManyToOne', 'OneToMany', 'OneToOne', 'ManyToMany'])
const SCHEMA_MAKERS = new Set(['EntitySchema', 'defineEntity'])

export type EntityLibrary = 'typeorm' | 'mikro-orm'

/**
 * An entity of TypeORM (https://typeorm.io/docs/entity/entities) or MikroORM (https://mikro-orm.io/docs/defining-entities): a class with
 * decorators, or a schema object. Without a name given, both name a table as the class in snake case; TypeORM's
 * columns are named as the properties, MikroORM's in snake case.
 */
export interface Entity extends Model {
  readonly library: EntityLibrary
}

/** Finds the entities that expressions stand for, across the project's files. One for each linted file. */
export class Entities {
  readonly #file: BuilderFile
  readonly #known = new Map<Node, Entity | undefined>()

  constructor(file: BuilderFile) {
    this.#file = file
  }

  /** The entity of a class's name, also where it is the type of something (`Repository<Workspace>`). */
  of(node: Node | undefined): Entity | undefined {
    const inner = node && unwrap(node)
    if (inner?.type === 'TSTypeReference') return this.of(inner.typeName)
    return inner?.type === 'Identifier' || inner?.type === 'MemberExpression'
      ? this.from(this.#file.flow.at(inner))
      : undefined
  }

  from(source: Source): Entity | undefined {
    for (const found of this.#file.flow.sources(source)) {
      const { node } = found
      if (!this.#known.has(node)) {
        this.#known.set(node, undefined)
        this.#known.set(node, this.#read(found))
      }
      const entity = this.#known.get(node)
      if (entity) return entity
    }
    return undefined
  }

  #read(source: Source): Entity | undefined {
    if (isOfOtherDatabase(source.file.filename, this.#file.context)) return undefined
    if (isClass(source)) return this.#readClass(source)
    const { node } = source
    return node.type === 'NewExpression' || node.type === 'CallExpression'
      ? this.#readSchema(source, node)
      : undefined
  }

  #readClass(source: ClassSource): Entity | undefined {
    for (const { expression } of source.node.decorators) {
      if (expression.type !== 'CallExpression') continue
      const found = exported(source, expression.callee)
      if (found?.name !== 'Entity') continue
      const [first, second] = expression.arguments
      const options = [first, second].find((argument) => argument && !isString(argument))
      const text = (key: string) =>
        options ? this.#text(this.#file.flow.property(within(source, options), key)) : undefined
      const given =
        first && isString(first)
          ? this.#text([within(source, first)])
          : (text('name') ?? text('tableName') ?? text('collection'))
      const relation = this.#table(given ?? source.node.id?.name, text('schema'))
      return relation && new ClassEntity(this.#file, this, found.library, relation, source)
    }
    return undefined
  }

  #readSchema(source: Source, node: TSESTree.NewExpression | TSESTree.CallExpression): Entity | undefined {
    const found = exported(source, node.callee)
    const [first] = node.arguments
    if (!found || !SCHEMA_MAKERS.has(found.name) || !first) return undefined
    const options = within(source, first)
    const text = (key: string) => this.#text(this.#file.flow.property(options, key))
    const relation = this.#table(text('tableName') ?? text('collection') ?? text('name'), text('schema'))
    return relation && new SchemaEntity(this.#file, this, found.library, relation, options)
  }

  #text(values: readonly Source[]): string | undefined {
    const texts = values.flatMap((value) => this.#file.flow.strings(value))
    return texts.length === 1 ? texts[0] : undefined
  }

  #table(name: string | undefined, schema: string | undefined): Relation | undefined {
    return name === undefined
      ? undefined
      : schema === undefined
        ? this.#file.tables.named(name)
        : this.#file.tables.find(name, schema)
  }
}

class ClassEntity implements Entity {
  readonly library: EntityLibrary
  readonly relation: Relation
  readonly #file: BuilderFile
  readonly #entities: Entities
  readonly #source: ClassSource

  constructor(
    file: BuilderFile,
    entities: Entities,
    library: EntityLibrary,
    relation: Relation,
    source: ClassSource,
  ) {
    this.#file = file
    this.#entities = entities
    this.library = library
    this.relation = relation
    this.#source = source
  }

  column(key: string): Place | undefined {
    const field = this.#field(key)
    if (!field) return undefined
    const decorators = decoratorsOf(field)
    if (decorators.length === 0 || decorators.some(({ name }) => RELATIONS.has(name) || name === 'Embedded'))
      return undefined
    for (const { call } of decorators) {
      // `@Column(() => Address)` embeds the columns of another class.
      if (
        call.arguments.some((argument) => isFunction(argument)) &&
        call.arguments.length === 1 &&
        decorators[0]!.name === 'Column'
      )
        return undefined
      for (const argument of call.arguments) {
        const options = within(field.source, argument)
        const [name] = [
          ...this.#file.flow.property(options, 'name'),
          ...this.#file.flow.property(options, 'fieldName'),
        ].flatMap((value) => this.#file.flow.strings(value))
        if (name !== undefined) return this.#file.tables.column(this.relation, name)
      }
    }
    return this.#file.tables.column(this.relation, key)
  }

  related(key: string): Entity | undefined {
    const field = this.#field(key)
    const decorator = field && decoratorsOf(field).find(({ name }) => RELATIONS.has(name))
    if (!field || !decorator) return undefined
    const [first] = decorator.call.arguments
    const targets = first ? this.#file.flow.results(within(field.source, first)) : []
    const options = first ? this.#file.flow.property(within(field.source, first), 'entity') : []
    for (const target of [...targets, ...options.flatMap((option) => this.#file.flow.results(option))]) {
      const entity = this.#entities.from(target)
      if (entity) return entity
    }
    return this.#entities.from(within(field.source, elementType(field.node) ?? field.node))
  }

  #field(key: string): Field | undefined {
    const seen = new Set<Node>()
    for (let source: ClassSource | undefined = this.#source; source && !seen.has(source.node);) {
      seen.add(source.node)
      for (const member of source.node.body.body) {
        if (member.type === 'PropertyDefinition' && keyOf(member) === key) return { node: member, source }
      }
      const superClass: Node | null = source.node.superClass
      source = superClass ? this.#file.flow.sources(within(source, superClass)).find(isClass) : undefined
    }
    return undefined
  }
}

interface Field {
  readonly node: TSESTree.PropertyDefinition
  /** The class that has it. */
  readonly source: ClassSource
}

/** Columns as `columns: { status: { name } }` (TypeORM), `properties: { status: { fieldName } }` or `p.string().fieldName('x')` (MikroORM). */
class SchemaEntity implements Entity {
  readonly library: EntityLibrary
  readonly relation: Relation
  readonly #file: BuilderFile
  readonly #entities: Entities
  readonly #options: Source

  constructor(
    file: BuilderFile,
    entities: Entities,
    library: EntityLibrary,
    relation: Relation,
    options: Source,
  ) {
    this.#file = file
    this.#entities = entities
    this.library = library
    this.relation = relation
    this.#options = options
  }

  column(key: string): Place | undefined {
    const { flow, tables } = this.#file
    for (const value of this.#properties('columns', 'properties').flatMap((property) =>
      flow.property(property, key),
    )) {
      if (flow.property(value, 'entity').length > 0 || flow.property(value, 'kind').length > 0)
        return undefined
      const [name] = [
        ...flow.property(value, 'name'),
        ...flow.property(value, 'fieldName'),
        ...chained(value, ['name', 'fieldName']),
      ].flatMap((text) => flow.strings(text))
      return tables.column(this.relation, name ?? key)
    }
    return undefined
  }

  related(key: string): Entity | undefined {
    const { flow } = this.#file
    for (const value of this.#properties('relations', 'properties').flatMap((property) =>
      flow.property(property, key),
    )) {
      for (const target of [...flow.property(value, 'target'), ...flow.property(value, 'entity')]) {
        for (const source of [target, ...flow.results(target)]) {
          const entity = this.#entities.from(source)
          if (entity) return entity
        }
      }
    }
    return undefined
  }

  #properties(...names: readonly string[]): Source[] {
    return names.flatMap((name) => this.#file.flow.property(this.#options, name))
  }
}

/** The first arguments of methods in a chain such as `p.enum(() => X).fieldName('status')`. */
function chained(value: Source, names: readonly string[]): Source[] {
  const found: Source[] = []
  let node = unwrap(value.node)
  while (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const [first] = node.arguments
    if (first && names.includes(memberName(node.callee) ?? '')) found.push(within(value, first))
    node = unwrap(node.callee.object)
  }
  return found
}

interface Decorator {
  readonly name: string
  readonly call: TSESTree.CallExpression
}

function decoratorsOf({ node, source }: Field): Decorator[] {
  return node.decorators.flatMap(({ expression }) => {
    if (expression.type !== 'CallExpression') return []
    const found = exported(source, expression.callee)
    return found ? [{ name: found.name, call: expression }] : []
  })
}

/** What a callee of some file is called in TypeORM or MikroORM. */
function exported(
  source: Source,
  callee: Node,
): { readonly name: string; readonly library: EntityLibrary } | undefined {
  if (callee.type !== 'Identifier') return undefined
  const binding = bindingOf(callee, source.file)
  const [, library] = binding?.kind === 'import' ? (MODULE.exec(binding.source) ?? []) : []
  if (binding?.kind !== 'import' || library === undefined) return undefined
  return { name: binding.imported, library: library === 'typeorm' ? 'typeorm' : 'mikro-orm' }
}

/** `Agent` of a property's type `Agent`, `Agent[]`, `Collection<Agent>`, `Relation<Agent>`. */
function elementType({ typeAnnotation }: TSESTree.PropertyDefinition): Node | undefined {
  let type = typeAnnotation?.typeAnnotation
  for (let depth = 0; type && depth < 4; depth++) {
    if (type.type === 'TSArrayType') type = type.elementType
    else if (type.type === 'TSUnionType')
      type = type.types.find((member) => member.type === 'TSTypeReference')
    else {
      const reference = typeReference(type)
      if (!reference || type.type !== 'TSTypeReference') return undefined
      if (reference.args.length === 0) return type.typeName
      type = reference.args[0]
    }
  }
  return undefined
}

function isString(node: Node): boolean {
  return stringOf(node) !== undefined || node.type === 'TemplateLiteral'
}

const entitiesOf = new WeakMap<BuilderFile, Entities>()

/** Whether a name is written as classes are: others are not followed into other files. */
export function isClassName(node: Node | undefined): boolean {
  const name =
    node?.type === 'MemberExpression' ? memberName(node) : node?.type === 'Identifier' ? node.name : undefined
  return name !== undefined && /^\p{Lu}/u.test(name)
}

/** The entities that a linted file can name. */
export function entities(file: BuilderFile): Entities {
  let found = entitiesOf.get(file)
  if (!found) entitiesOf.set(file, (found = new Entities(file)))
  return found
}
