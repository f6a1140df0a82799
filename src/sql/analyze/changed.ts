import type { Node, RangeVar } from '@pgsql/types'
import type { Catalog, QualifiedName } from '../../catalog/model.js'
import { castName, listName, objectName, operatorName, rangeName, typeName } from '../ddl/names.js'
import { readOperator } from '../ddl/operators.js'

/** What a statement makes, changes or drops: relations and types whose names then mean something else. */
interface Changed {
  readonly relations: readonly QualifiedName[]
  readonly types: readonly QualifiedName[]
}

const relation = (...ranges: readonly (RangeVar | undefined)[]): Changed => ({
  relations: ranges.flatMap((range) => (range === undefined ? [] : [rangeName(range)])),
  types: [],
})

const type = (...types: readonly QualifiedName[]): Changed => ({ relations: [], types })

const KEEPS = /^AT_(?:AddColumn|AddConstraint|ColumnDefault|SetNotNull|DropNotNull|ValidateConstraint)$/

/** Undefined for a statement after which every name means what it did. */
function changedBy(node: Node): Changed | undefined {
  if ('CreateStmt' in node)
    return node.CreateStmt.if_not_exists === true ? undefined : relation(node.CreateStmt.relation)
  if ('CreateForeignTableStmt' in node) return relation(node.CreateForeignTableStmt.base?.relation)
  if ('CreateTableAsStmt' in node) {
    const { into, if_not_exists: ifNotExists } = node.CreateTableAsStmt
    return ifNotExists === true ? undefined : relation(into?.rel)
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined)
    return relation(node.SelectStmt.intoClause.rel)
  if ('ViewStmt' in node) return relation(node.ViewStmt.view)
  if ('AlterTableStmt' in node) {
    const keeps = (node.AlterTableStmt.cmds ?? []).every(
      (each) => 'AlterTableCmd' in each && KEEPS.test(each.AlterTableCmd.subtype ?? ''),
    )
    return keeps ? undefined : relation(node.AlterTableStmt.relation)
  }
  if ('CreateEnumStmt' in node) return type(listName(node.CreateEnumStmt.typeName))
  if ('AlterEnumStmt' in node) return type(listName(node.AlterEnumStmt.typeName))
  if ('CreateDomainStmt' in node) return type(listName(node.CreateDomainStmt.domainname))
  if ('AlterDomainStmt' in node) return type(listName(node.AlterDomainStmt.typeName))
  if ('CompositeTypeStmt' in node) return type(rangeName(node.CompositeTypeStmt.typevar))
  if ('CreateCastStmt' in node) {
    const { sourcetype, targettype } = node.CreateCastStmt
    return operands([sourcetype, targettype].map(typeName))
  }
  if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_OPERATOR') {
    const { left, right } = readOperator(node.DefineStmt)
    return operands([left, right].flatMap((each) => each ?? []))
  }
  return movedBy(node)
}

/** Values of these types are compared or cast otherwise from now on. */
function operands(types: readonly QualifiedName[]): Changed {
  return type(...types.filter(({ schema }) => schema !== 'pg_catalog'))
}

function movedBy(node: Node): Changed | undefined {
  if ('RenameStmt' in node) {
    const { relation: range, object, newname: name = '', renameType } = node.RenameStmt
    if (range !== undefined) {
      const moved = relation(range)
      return renameType === 'OBJECT_COLUMN' ? moved : { ...moved, relations: [...moved.relations, { name }] }
    }
    return object === undefined ? undefined : type(objectName(object), { name })
  }
  if ('AlterObjectSchemaStmt' in node) {
    const { relation: range, object, objectType } = node.AlterObjectSchemaStmt
    if (objectType === 'OBJECT_OPERATOR') return operands(operatorName(object).arguments)
    return range !== undefined ? relation(range) : object === undefined ? undefined : type(objectName(object))
  }
  if ('DropStmt' in node) {
    const { objects = [], removeType } = node.DropStmt
    if (removeType === 'OBJECT_OPERATOR')
      return operands(objects.flatMap((each) => operatorName(each).arguments))
    if (removeType === 'OBJECT_CAST') return operands(objects.flatMap((each) => castName(each).arguments))
    const names = objects.map(objectName)
    return { relations: names, types: names }
  }
  return undefined
}

const isOneOf = (names: readonly QualifiedName[], { schema, name }: QualifiedName): boolean =>
  names.some(
    (one) => one.name === name && (one.schema === undefined || schema === undefined || one.schema === schema),
  )

/**
 * The catalog for the statements behind `statement` in one text: what it has changed is unknown there, so that nothing is
 * reported by what it was. The same catalog where it changes nothing.
 */
export function catalogBehind(statement: Node, catalog: Catalog): Catalog {
  const changed = changedBy(statement)
  if (changed === undefined) return catalog
  const { relations, types } = changed
  const typeByOid: Catalog['typeByOid'] = (oid) => {
    const found = catalog.typeByOid(oid)
    if (found === undefined || !isOneOf(types, found)) return found
    return { oid, kind: 'unknown', schema: found.schema, name: found.name }
  }
  return {
    searchPath: catalog.searchPath,
    unread: catalog.unread,
    schemas: () => catalog.schemas(),
    types: () => catalog.types(),
    relations: () => catalog.relations(),
    relationByOid: (oid) => catalog.relationByOid(oid),
    findFunctions: (name, path) => catalog.findFunctions(name, path),
    findOperators: (name, path) => catalog.findOperators(name, path),
    casts: () => catalog.casts(),
    typeByOid,
    findType: (name, path) => {
      const found = isOneOf(types, name) ? undefined : catalog.findType(name, path)
      return found && typeByOid(found.oid)
    },
    findRelation: (name, path) => (isOneOf(relations, name) ? undefined : catalog.findRelation(name, path)),
  }
}
