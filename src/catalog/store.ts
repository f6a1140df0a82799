import { builtinTypes, builtinTypesByName } from './builtins.js'
import { PgError } from './error.js'
import { FrozenCatalog } from './frozen.js'
import { Journal, JournaledMap } from './journal.js'
import type {
  Cast,
  Catalog,
  DomainType,
  FormerValue,
  Oid,
  OperatorSignature,
  Origin,
  PgType,
  QualifiedName,
  TypeRef,
  Unread,
} from './model.js'
import { FIRST_OID, Mentions } from './mentions.js'
import { printName, truncateQualified } from './names.js'
import type {
  References,
  StoredColumn,
  StoredConstraint,
  StoredFunction,
  StoredRelation,
  StoredSchema,
} from './stored.js'

/** What a query is made of, as the reader of SQL sees it: the catalog itself knows no SQL. */
export interface DescribedQuery {
  readonly columns: readonly { readonly name: string; readonly type?: TypeRef }[]
  readonly reads: readonly { readonly relation: Oid; readonly attnum: number }[]
  readonly references: References
  /** False where something in it could not be resolved. */
  readonly complete: boolean
}

/** A relation whose lists may be changed in place. */
type RelationDraft = Omit<StoredRelation, 'columns' | 'constraints'> & {
  readonly columns: StoredColumn[]
  readonly constraints: StoredConstraint[]
}

export type DescribeQuery = (query: unknown, store: Store) => DescribedQuery

/** What the reader of SQL sees in an expression beyond what the catalog itself does. */
export interface DescribedExpression {
  /** The functions of casts, and the operators, that the migrations made. */
  readonly functions: readonly Oid[]
  readonly operators: readonly Oid[]
  /** True where an operator or a cast that the migrations made has a part in it. */
  readonly isOwn: boolean
  /** The string constants that get their type from where they stand. */
  readonly constants: readonly { readonly value: string; readonly type: TypeRef }[]
}

/** The columns that an expression may name, those of a table where that has a name, and the type that takes its value. */
export interface ExpressionPlace {
  readonly table?: string
  readonly columns: readonly { readonly name: string; readonly type: TypeRef }[]
  readonly type?: TypeRef
}

export type DescribeExpression = (tree: unknown, place: ExpressionPlace, store: Store) => DescribedExpression

/** What Postgres brings along, as far as the catalog asks for it: names are of pg_catalog, types have to be just the same. */
export interface Builtins {
  hasFunction(name: string): boolean
  functionResult(name: string, args: readonly TypeRef[]): TypeRef | undefined
  hasOperator(name: string, left: TypeRef | undefined, right: TypeRef): boolean
  castContext(source: TypeRef, target: TypeRef): Cast['context'] | undefined
}

export interface StoreOptions {
  readonly searchPath: readonly string[]
  /**
   * Whether a name that no statement made is an error, as in a database that holds nothing else; otherwise it is
   * something from elsewhere (an extension, another migration set), about which nothing is known.
   */
  readonly strict: boolean
  readonly describeQuery: DescribeQuery
  readonly describeExpression: DescribeExpression
  readonly builtins: Builtins
  /** The parser's tree of an expression with another text in place of a string constant. */
  readonly replaceConstant: (tree: unknown, from: string, to: string) => unknown
  /** The parser's tree of an expression with a column under its new name. */
  readonly renameInExpression: (tree: unknown, from: string, to: string) => unknown
}

const NO_FUNCTIONS: readonly StoredFunction[] = []

/** The schema that holds temporary objects, by the alias that Postgres gives it. */
export const TEMP = 'pg_temp'

/** Where the column of that number stands: mostly at its number, as long as none before it was dropped. */
export function placeOf(columns: readonly StoredColumn[], attnum: number): number {
  if (columns[attnum - 1]?.attnum === attnum) return attnum - 1
  return columns.findIndex((column) => column.attnum === attnum)
}

export function nameKey(schema: string, name: string): string {
  return `${schema}\0${name}`
}

/** The catalog while statements change it. Objects are immutable: a change puts another in place. */
export class Store {
  readonly journal = new Journal()
  readonly schemas = new JournaledMap<string, StoredSchema>(this.journal)
  readonly types = new JournaledMap<Oid, PgType>(this.journal)
  /** Types, and the array types that Postgres makes beside them. */
  readonly typeNames = new JournaledMap<string, TypeRef>(this.journal)
  /** Names of array types, by the type of their elements. */
  readonly arrayNames = new JournaledMap<Oid, string>(this.journal)
  readonly relations = new JournaledMap<Oid, StoredRelation>(this.journal)
  /** Relations, and composite types, which share their names. */
  readonly relationNames = new JournaledMap<string, Oid>(this.journal)
  readonly functions = new JournaledMap<Oid, StoredFunction>(this.journal)
  readonly functionNames = new JournaledMap<string, readonly Oid[]>(this.journal)
  readonly operators = new JournaledMap<Oid, OperatorSignature>(this.journal)
  readonly casts = new JournaledMap<Oid, Cast>(this.journal)
  /** Earlier names of enum types. */
  readonly pastNames = new JournaledMap<Oid, readonly string[]>(this.journal)
  /** Values of enum types that were dropped, by name. */
  readonly dropped = new JournaledMap<string, readonly FormerValue[]>(this.journal)
  /** Labels added in a transaction that has not committed: Postgres does not let them be used yet. */
  readonly uncommitted = new JournaledMap<string, Oid>(this.journal)
  /** How many constraints of a schema bear a name: relations' and domains' constraints share them. */
  readonly constraintNames = new JournaledMap<string, number>(this.journal)
  /** Relations that inherit from a relation, or are its partitions. */
  readonly children = new JournaledMap<Oid, readonly Oid[]>(this.journal)
  /** The indexes of a relation. */
  readonly indexes = new JournaledMap<Oid, readonly Oid[]>(this.journal)
  /** Temporary tables that go with the transaction. */
  readonly droppedOnCommit = new JournaledMap<Oid, true>(this.journal)
  readonly extensions = new JournaledMap<string, string>(this.journal)
  /** Settings with a dot in their names that the migrations set, in lower case: to what is not kept. */
  readonly customSettings = new Set<string>()
  readonly unread: Unread[] = []
  readonly strict: boolean
  readonly describeQuery: DescribeQuery
  readonly describeExpression: DescribeExpression
  readonly builtins: Builtins
  readonly renameInExpression: StoreOptions['renameInExpression']
  readonly replaceConstant: StoreOptions['replaceConstant']
  readonly defaultSearchPath: readonly string[]
  /** As set, with names of schemas that may not exist. */
  searchPath: readonly string[]
  origin: Origin = { file: '', line: 1 }
  /** Savepoints and exception blocks around the statement. */
  subtransactions = 0
  /** Relations that were made in the epoch of the journal. */
  readonly #drafts = new Set<StoredRelation>()
  #draftEpoch = 0
  #nextOid = FIRST_OID
  /** Made when it is first asked for, and kept up to date from then on. */
  #mentions: Mentions | undefined
  #path: { of: readonly string[]; version: number; path: readonly string[] } | undefined
  /** The search path that SET LOCAL hides. */
  #outerSearchPath: readonly string[] | undefined
  #frozen: { version: number; path: readonly string[]; unread: number; catalog: FrozenCatalog } | undefined

  constructor(options: StoreOptions) {
    this.strict = options.strict
    this.describeQuery = options.describeQuery
    this.describeExpression = options.describeExpression
    this.builtins = options.builtins
    this.renameInExpression = options.renameInExpression
    this.replaceConstant = options.replaceConstant
    this.defaultSearchPath = options.searchPath
    this.searchPath = options.searchPath
    this.schemas.set('public', { name: 'public' })
    // Settings name schemas that exist.
    if (!options.strict) {
      for (const name of options.searchPath) {
        if (!name.startsWith('pg_') && name !== '$user') this.schemas.set(name, { name })
      }
    }
    this.journal.commit()
  }

  /** A store that holds what this one holds now, and changes on its own. What was written can't be taken back in it. */
  clone(): Store {
    this.journal.seal()
    const copy = new Store({
      searchPath: this.defaultSearchPath,
      strict: this.strict,
      describeQuery: this.describeQuery,
      describeExpression: this.describeExpression,
      builtins: this.builtins,
      renameInExpression: this.renameInExpression,
      replaceConstant: this.replaceConstant,
    })
    copy.schemas.assign(this.schemas)
    copy.types.assign(this.types)
    copy.typeNames.assign(this.typeNames)
    copy.arrayNames.assign(this.arrayNames)
    copy.relations.assign(this.relations)
    copy.relationNames.assign(this.relationNames)
    copy.functions.assign(this.functions)
    copy.functionNames.assign(this.functionNames)
    copy.operators.assign(this.operators)
    copy.casts.assign(this.casts)
    copy.pastNames.assign(this.pastNames)
    copy.dropped.assign(this.dropped)
    copy.uncommitted.assign(this.uncommitted)
    copy.constraintNames.assign(this.constraintNames)
    copy.children.assign(this.children)
    copy.indexes.assign(this.indexes)
    copy.droppedOnCommit.assign(this.droppedOnCommit)
    copy.extensions.assign(this.extensions)
    copy.unread.push(...this.unread)
    copy.searchPath = this.searchPath
    copy.origin = this.origin
    copy.#nextOid = this.#nextOid
    copy.#outerSearchPath = this.#outerSearchPath
    return copy
  }

  newOid(): Oid {
    return this.#nextOid++
  }

  /** SET search_path; with `local` until the transaction ends. Undefined sets the default again. */
  setSearchPath(schemas: readonly string[] | undefined, local: boolean): void {
    const before = this.searchPath
    const localBefore = this.#outerSearchPath
    const undo = (): void => {
      this.searchPath = before
      this.#outerSearchPath = localBefore
    }
    this.journal.record({ undo })
    if (local) this.#outerSearchPath ??= before
    else this.#outerSearchPath = undefined
    this.searchPath = schemas ?? this.defaultSearchPath
  }

  /** The end of a transaction: what SET LOCAL set goes, new labels may be used. */
  endTransaction(): void {
    if (this.#outerSearchPath !== undefined) this.searchPath = this.#outerSearchPath
    this.#outerSearchPath = undefined
    if (this.uncommitted.size > 0) {
      for (const [key] of [...this.uncommitted.entries()]) this.uncommitted.delete(key)
    }
    this.journal.commit()
  }

  /** The catalog of this moment; cheap when nothing has changed since the last. */
  freeze(): FrozenCatalog {
    const { version } = this.journal
    const path = this.searchPath
    const frozen = this.#frozen
    if (frozen?.version === version && frozen.path === path && frozen.unread === this.unread.length) {
      return frozen.catalog
    }
    this.journal.seal()
    const catalog = FrozenCatalog.of(this)
    this.#frozen = { version, path, unread: this.unread.length, catalog }
    return catalog
  }

  /** The catalog as it is until something changes: for a look at it in between, without a copy. */
  live(): Catalog {
    return FrozenCatalog.of(this, true)
  }

  hasSchema(name: string): boolean {
    return this.schemas.has(name) || name === 'pg_catalog' || name === 'information_schema'
  }

  /** Schemas in the order in which a name without a schema is looked up. */
  lookupPath(searchPath: readonly string[] = this.searchPath): readonly string[] {
    const { version } = this.schemas
    if (this.#path?.of !== searchPath || this.#path.version !== version) {
      this.#path = {
        of: searchPath,
        version,
        path: effectivePath(searchPath, (name) => this.hasSchema(name)),
      }
    }
    return this.#path.path
  }

  /** The schemas of the search path that exist, as `current_schemas(false)` gives them. */
  currentSchemas(): readonly string[] {
    return this.searchPath.filter((name) => this.hasSchema(name))
  }

  /** The schema named, or the one that names without a schema are created in. */
  creationSchema(name: QualifiedName, temporary = false): string {
    if (temporary) {
      if (name.schema !== undefined && name.schema !== TEMP) {
        throw new PgError('42P16', 'cannot create temporary relation in non-temporary schema')
      }
      this.ensureTemp()
      return TEMP
    }
    if (name.schema !== undefined) {
      if (name.schema === TEMP) this.ensureTemp()
      this.requireSchema(name.schema)
      return name.schema
    }
    for (const schema of this.searchPath) {
      if (schema === TEMP) this.ensureTemp()
      if (this.hasSchema(schema)) return schema
    }
    throw new PgError('3F000', 'no schema has been selected to create in')
  }

  ensureTemp(): void {
    if (!this.schemas.has(TEMP)) this.schemas.set(TEMP, { name: TEMP })
  }

  requireSchema(name: string): void {
    if (this.hasSchema(name)) return
    if (this.strict) throw new PgError('3F000', `schema "${name}" does not exist`)
    this.schemas.set(name, { name })
  }

  typeByOid(oid: Oid): PgType | undefined {
    return this.types.get(oid) ?? builtinTypes.get(oid)
  }

  #typeIn(schema: string, name: string): TypeRef | undefined {
    if (schema !== 'pg_catalog') return this.typeNames.get(nameKey(schema, name))
    const type = builtinTypesByName.get(name)
    if (type !== undefined) return { oid: type.oid, array: false }
    if (!name.startsWith('_')) return undefined
    const element = builtinTypesByName.get(name.slice(1))
    return element === undefined ? undefined : { oid: element.oid, array: true }
  }

  /** A type or array type by name; `name` is cut to 63 bytes. */
  lookupType(name: QualifiedName, searchPath?: readonly string[]): TypeRef | undefined {
    const { schema, name: short } = truncateQualified(name)
    if (schema !== undefined) return this.#typeIn(schema, short)
    for (const candidate of this.lookupPath(searchPath)) {
      const found = this.#typeIn(candidate, short)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The OID of the relation or composite type of that name. */
  lookupRelationOid(name: QualifiedName, searchPath?: readonly string[]): Oid | undefined {
    const { schema, name: short } = truncateQualified(name)
    if (schema !== undefined) return this.relationNames.get(nameKey(schema, short))
    for (const candidate of this.lookupPath(searchPath)) {
      const found = this.relationNames.get(nameKey(candidate, short))
      if (found !== undefined) return found
    }
    return undefined
  }

  lookupRelation(name: QualifiedName, searchPath?: readonly string[]): StoredRelation | undefined {
    const oid = this.lookupRelationOid(name, searchPath)
    return oid === undefined ? undefined : this.relations.get(oid)
  }

  /** Functions of a schema, by their name as it is. */
  functionsNamed(schema: string, name: string): readonly StoredFunction[] {
    const oids = this.functionNames.get(nameKey(schema, name))
    return oids === undefined ? NO_FUNCTIONS : oids.map((oid) => this.functions.get(oid)!)
  }

  /** Functions of that name in the order of the search path. */
  lookupFunctions(name: QualifiedName, searchPath?: readonly string[]): readonly StoredFunction[] {
    const { schema, name: short } = truncateQualified(name)
    if (schema !== undefined) return this.functionsNamed(schema, short)
    return this.lookupPath(searchPath).flatMap((each) => this.functionsNamed(each, short))
  }

  /** Whether a comparison or an assignment may mean something else than in a database of Postgres's own operators and casts. */
  get hasOwnOperators(): boolean {
    return this.operators.size > 0 || this.casts.size > 0
  }

  /** Puts a function in place, new or changed. */
  putFunction(signature: StoredFunction): void {
    const { oid, schema, name } = signature
    const before = this.functions.get(oid)
    this.functions.set(oid, signature)
    if (before?.schema === schema && before.name === name) return
    if (before !== undefined) this.#forgetFunctionName(before)
    const key = nameKey(schema, name)
    const oids = [...(this.functionNames.get(key) ?? []), oid]
    this.functionNames.set(
      key,
      oids.sort((a, b) => a - b),
    )
  }

  deleteFunction(oid: Oid): void {
    const signature = this.functions.get(oid)
    if (signature === undefined) return
    this.functions.delete(oid)
    this.#forgetFunctionName(signature)
  }

  #forgetFunctionName({ oid, schema, name }: StoredFunction): void {
    const key = nameKey(schema, name)
    const others = this.functionNames.get(key)?.filter((each) => each !== oid) ?? []
    if (others.length > 0) this.functionNames.set(key, others)
    else this.functionNames.delete(key)
  }

  #countConstraints(schema: string, constraints: readonly { readonly name: string }[], step: 1 | -1): void {
    for (const { name } of constraints) this.#countConstraint(schema, name, step)
  }

  #countConstraint(schema: string, name: string, step: 1 | -1): void {
    const key = nameKey(schema, name)
    const count = (this.constraintNames.get(key) ?? 0) + step
    if (count > 0) this.constraintNames.set(key, count)
    else this.constraintNames.delete(key)
  }

  /** Counts the names of what was added and taken away; most changes add one constraint behind the others. */
  #recount(before: StoredRelation | undefined, after: StoredRelation): void {
    const [old, now] = [before?.constraints ?? [], after.constraints]
    if (old === now && before?.schema === after.schema) return
    let same = 0
    if (before?.schema === after.schema) {
      while (same < old.length && same < now.length && old[same]!.name === now[same]!.name) same++
    }
    if (before !== undefined) this.#countConstraints(before.schema, old.slice(same), -1)
    this.#countConstraints(after.schema, now.slice(same), 1)
  }

  /**
   * The relation as an object that nobody else has seen since the last point to which a rollback may return: its lists
   * may be changed in place. Elsewhere objects are immutable.
   */
  draftOf(oid: Oid): RelationDraft {
    const relation = this.relations.get(oid)!
    if (this.#isDraft(relation)) {
      this.journal.touch()
      return relation as RelationDraft
    }
    const draft = { ...relation, columns: [...relation.columns], constraints: [...relation.constraints] }
    this.relations.set(oid, draft)
    this.#drafts.add(draft)
    return draft
  }

  #isDraft(relation: StoredRelation): boolean {
    if (this.#draftEpoch !== this.journal.epoch) {
      this.#draftEpoch = this.journal.epoch
      this.#drafts.clear()
    }
    return this.#drafts.has(relation)
  }

  /** The relations that may name an object, in the order in which they were made; whether they still do is for the caller to see. */
  *mentioning(object: Oid): Generator<StoredRelation> {
    if (this.#mentions === undefined) {
      this.#mentions = new Mentions()
      for (const relation of this.relations.values()) this.#mentions.addRelation(relation)
    }
    for (const oid of this.#mentions.of(object)) {
      const relation = this.relations.get(oid)
      if (relation !== undefined) yield relation
    }
  }

  /** Enters a new relation, whose lists nobody else has. */
  putNewRelation(relation: StoredRelation): void {
    const { oid, schema, constraints, parents } = relation
    this.#mentions?.addRelation(relation)
    this.#countConstraints(schema, constraints, 1)
    this.#link(this.children, oid, [], parents)
    this.#link(this.indexes, oid, [], tableOf(relation))
    if (relation.onCommitDrop === true) this.droppedOnCommit.set(oid, true)
    this.relations.set(oid, relation)
    if (!this.#isDraft(relation)) this.#drafts.add(relation)
  }

  /** Adds a constraint behind the others. */
  addConstraint(oid: Oid, constraint: StoredConstraint): void {
    const draft = this.draftOf(oid)
    draft.constraints.push(constraint)
    this.#mentions?.addConstraint(oid, constraint)
    this.#countConstraint(draft.schema, constraint.name, 1)
  }

  /** Puts a constraint in the place of the one with its identity. */
  replaceConstraint(oid: Oid, constraint: StoredConstraint): void {
    const draft = this.draftOf(oid)
    const at = draft.constraints.findIndex((each) => each.oid === constraint.oid)
    const before = draft.constraints[at]
    if (before === undefined) return
    draft.constraints[at] = constraint
    this.#mentions?.addConstraint(oid, constraint)
    if (before.name === constraint.name) return
    this.#countConstraint(draft.schema, before.name, -1)
    this.#countConstraint(draft.schema, constraint.name, 1)
  }

  /** Puts a column in the place of the one with its number. */
  replaceColumn(oid: Oid, column: StoredColumn): void {
    const { columns } = this.draftOf(oid)
    const at = placeOf(columns, column.attnum)
    if (at < 0) return
    columns[at] = column
    this.#mentions?.addColumn(oid, column)
  }

  /** Puts a relation in place, new or changed. Its name is entered by `addRelation`. */
  putRelation(relation: StoredRelation): void {
    const before = this.relations.get(relation.oid)
    this.#mentions?.addRelation(relation, before)
    this.#recount(before, relation)
    if (before?.parents !== relation.parents)
      this.#link(this.children, relation.oid, before?.parents ?? [], relation.parents)
    if (before?.index !== relation.index)
      this.#link(this.indexes, relation.oid, tableOf(before), tableOf(relation))
    if (relation.onCommitDrop === true) this.droppedOnCommit.set(relation.oid, true)
    else this.droppedOnCommit.delete(relation.oid)
    this.relations.set(relation.oid, relation)
  }

  /** Enters `oid` under the keys `after`, in order, and takes it away from those of `before` that are no longer there. */
  #link(
    map: JournaledMap<Oid, readonly Oid[]>,
    oid: Oid,
    before: readonly Oid[],
    after: readonly Oid[],
  ): void {
    if (before === after || (before.length === 0 && after.length === 0)) return
    for (const key of before) {
      if (!after.includes(key)) map.set(key, map.get(key)?.filter((each) => each !== oid) ?? [])
    }
    for (const key of after) {
      const oids = map.get(key) ?? []
      if (!oids.includes(oid))
        map.set(
          key,
          [...oids, oid].sort((a, b) => a - b),
        )
    }
  }

  deleteRelation(relation: StoredRelation): void {
    this.#countConstraints(relation.schema, relation.constraints, -1)
    this.#link(this.children, relation.oid, relation.parents, [])
    this.#link(this.indexes, relation.oid, tableOf(relation), [])
    this.droppedOnCommit.delete(relation.oid)
    this.relations.delete(relation.oid)
    this.relationNames.delete(nameKey(relation.schema, relation.name))
  }

  /** Puts a domain in place, new or changed; undefined takes it away. */
  putDomain(before: DomainType | undefined, after: DomainType | undefined): void {
    if (before !== undefined) this.#countConstraints(before.schema, before.constraints, -1)
    if (after === undefined) return
    this.#countConstraints(after.schema, after.constraints, 1)
    this.types.set(after.oid, after)
  }

  isConstraintNameTaken(schema: string, name: string): boolean {
    return this.constraintNames.has(nameKey(schema, name))
  }

  /** How Postgres prints a type in a message: with its schema where the search path does not lead to it. */
  printType(ref: TypeRef): string {
    const type = this.typeByOid(ref.oid)
    if (type === undefined) return '???'
    const visible = this.lookupType({ name: type.name })
    const name = visible?.oid === type.oid ? type.name : printName(type)
    return ref.array ? `${name}[]` : name
  }
}

/** Temporary objects and pg_catalog come first unless the path names them; schemas that don't exist are skipped. */
export function effectivePath(
  searchPath: readonly string[],
  exists: (schema: string) => boolean,
): readonly string[] {
  const path: string[] = []
  if (!searchPath.includes(TEMP) && exists(TEMP)) path.push(TEMP)
  if (!searchPath.includes('pg_catalog')) path.push('pg_catalog')
  for (const name of searchPath) if (exists(name) && !path.includes(name)) path.push(name)
  return path
}

/** The table of an index, as a list. */
function tableOf(relation: StoredRelation | undefined): readonly Oid[] {
  return relation?.index === undefined ? [] : [relation.index.table]
}
