import { BOOL } from './builtins.js'
import type { ConstraintDefinition, DomainAction, Expression, TypeName } from './change.js'
import { chooseConstraintName, listedValues } from './checks.js'
import { PgError } from './error.js'
import { meaningOf, resolveDefault } from './expressions.js'
import type { DomainType, QualifiedName, TypeRef } from './model.js'
import { printName, truncateName } from './names.js'
import type { Store } from './store.js'
import type { StoredCheck } from './stored.js'
import { addType, baseType, claimTypeName, contains, resolveType } from './types.js'

function buildDomainCheck(store: Store, domain: DomainType, definition: ConstraintDefinition): StoredCheck {
  const expression = definition.expression!
  const value = [{ attnum: 0, name: 'value', type: domain.base }]
  const { tree } = definition
  const { references, comparisons, isOwn } = meaningOf(store, expression, {
    tree,
    columns: value,
    type: BOOL,
  })
  const name =
    definition.name === undefined
      ? chooseConstraintName(store, domain.schema, domain.name, undefined, 'check')
      : truncateName(definition.name)
  if (domain.constraints.some((constraint) => constraint.name === name)) {
    throw new PgError('42710', `constraint "${name}" for domain "${domain.name}" already exists`)
  }
  const values = isOwn ? undefined : listedValues(store, expression, domain.base)
  return {
    oid: store.newOid(),
    kind: 'check',
    name,
    columns: [],
    ...(values === undefined ? {} : { values }),
    ...(definition.notValid === true ? { notValid: true } : {}),
    expression: definition.tree,
    origin: store.origin,
    local: true,
    inherited: 0,
    noInherit: false,
    references,
    comparisons,
  }
}

export function createDomain(
  store: Store,
  change: {
    readonly name: QualifiedName
    readonly base: TypeName
    readonly notNull?: { readonly name?: string }
    readonly default?: Expression
    readonly constraints: readonly ConstraintDefinition[]
  },
): void {
  const schema = store.creationSchema(change.name)
  // That the name is taken comes before all else here: DefineDomain.
  claimTypeName(store, schema, truncateName(change.name.name))
  const base = resolveType(store, change.base)
  requireBase(store, base)
  if (change.default !== undefined) resolveDefault(store, change.default, base)
  const name = truncateName(change.name.name)
  const domain: DomainType = {
    oid: store.newOid(),
    kind: 'domain',
    schema,
    name,
    base,
    notNull: change.notNull !== undefined,
    constraints: [],
    origin: store.origin,
  }
  addType(store, domain)
  for (const definition of change.constraints) {
    if (definition.kind === 'check') addDomainConstraint(store, domain.oid, definition)
  }
}

function requireBase(store: Store, base: TypeRef): void {
  const kind = store.typeByOid(base.oid)?.kind
  // A composite type may be under a domain since Postgres 11.
  if (kind === 'pseudo')
    throw new PgError('42804', `"${store.printType(base)}" is not a valid base type for a domain`)
}

function addDomainConstraint(store: Store, oid: number, definition: ConstraintDefinition): void {
  const domain = store.typeByOid(oid) as DomainType
  const check = buildDomainCheck(store, domain, definition)
  store.putDomain(domain, { ...domain, constraints: [...domain.constraints, check] })
}

/** The domain of that name; throws 42704 or 42809. */
export function findDomain(store: Store, name: QualifiedName): DomainType {
  const ref = resolveType(store, name)
  const type = ref.array ? undefined : store.typeByOid(ref.oid)
  if (type?.kind === 'unknown') throw new PgError('42704', `type "${printName(name)}" does not exist`)
  if (type?.kind !== 'domain') throw new PgError('42809', `"${printName(name)}" is not a domain`)
  return type
}

/** A domain inside an array or a composite type that is stored can't be checked again: get_rels_with_domain. */
function requireBareUse(store: Store, domain: DomainType): void {
  for (const relation of store.relations.values()) {
    if (relation.kind === 'view') continue
    for (const { type, name } of relation.columns) {
      const inside = type.array || store.typeByOid(type.oid)?.kind === 'composite'
      if (inside && contains(store, type, domain.oid)) {
        throw new PgError('0A000', `cannot alter type "${domain.name}" because column "${name}" uses it`)
      }
    }
  }
}

export function alterDomain(store: Store, name: QualifiedName, action: DomainAction): void {
  const domain = findDomain(store, name)
  switch (action.do) {
    case 'add constraint':
      if (action.constraint.notValid !== true) requireBareUse(store, domain)
      if (action.constraint.kind === 'check') return addDomainConstraint(store, domain.oid, action.constraint)
      return store.putDomain(domain, { ...domain, notNull: true })
    case 'drop constraint': {
      const short = truncateName(action.name)
      const constraint = domain.constraints.find((each) => each.name === short)
      if (constraint === undefined) {
        if (domain.notNull && short === `${domain.name}_not_null`) {
          return store.putDomain(domain, { ...domain, notNull: false })
        }
        if (action.ifExists === true) return
        throw new PgError('42704', `constraint "${short}" of domain "${domain.name}" does not exist`)
      }
      return store.putDomain(domain, {
        ...domain,
        constraints: domain.constraints.filter((each) => each !== constraint),
      })
    }
    case 'validate': {
      const constraint = domain.constraints.find((each) => each.name === truncateName(action.name))
      if (constraint === undefined) {
        throw new PgError('42704', `constraint "${action.name}" of domain "${domain.name}" does not exist`)
      }
      const { notValid: _notValid, ...valid } = constraint
      return store.putDomain(domain, {
        ...domain,
        constraints: domain.constraints.map((each) => (each === constraint ? valid : each)),
      })
    }
    case 'set not null':
      if (action.value && !domain.notNull) requireBareUse(store, domain)
      return store.putDomain(domain, { ...domain, notNull: action.value })
    case 'set default':
      if (action.default !== undefined) resolveDefault(store, action.default, baseType(store, domain.base))
  }
}

export function renameDomainConstraint(store: Store, name: QualifiedName, from: string, to: string): void {
  const domain = findDomain(store, name)
  const constraint = domain.constraints.find((each) => each.name === truncateName(from))
  if (constraint === undefined) {
    throw new PgError('42704', `constraint "${from}" for domain ${domain.name} does not exist`)
  }
  const short = truncateName(to)
  if (domain.constraints.some((each) => each.name === short)) {
    throw new PgError('42710', `constraint "${short}" for domain ${domain.name} already exists`)
  }
  store.putDomain(domain, {
    ...domain,
    constraints: domain.constraints.map((each) => (each === constraint ? { ...each, name: short } : each)),
  })
}
