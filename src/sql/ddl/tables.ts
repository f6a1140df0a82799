import type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  Constraint,
  CreateStmt,
  Node,
  TableLikeClause,
} from '@pgsql/types'
import type {
  AlterCommand,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  LikeClause,
  ObjectKind,
  TableElement,
} from '../../catalog/change.js'
import { readExpression, withoutPositions } from './expressions.js'
import { rangeName, serialBase, strings, typeName } from './names.js'

/** Lines of a position after the statement's first: `location` is in UTF-8 bytes. */
export type LineOf = (location: number | undefined) => number

/** While it is being read. */
type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const KEY_KINDS: Readonly<Record<string, ConstraintDefinition['kind']>> = {
  CONSTR_CHECK: 'check',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not null',
}

/** A constraint; for a column's own, the column is `column`. Undefined for what limits nothing (NULL, DEFERRABLE, ...). */
export function readConstraint(constraint: Constraint, column?: string): ConstraintDefinition | undefined {
  const kind = KEY_KINDS[constraint.contype ?? '']
  if (kind === undefined) return undefined
  const own = column === undefined ? [] : [column]
  const listed = kind === 'foreign key' ? strings(constraint.fk_attrs) : strings(constraint.keys)
  const excluded = (constraint.exclusions ?? []).flatMap((each) => {
    const element = 'List' in each ? each.List.items?.[0] : undefined
    const name = element !== undefined && 'IndexElem' in element ? element.IndexElem.name : undefined
    return name === undefined ? [] : [name]
  })
  const read: Writable<ConstraintDefinition> = {
    kind,
    columns: kind === 'exclude' ? excluded : listed.length > 0 ? listed : own,
  }
  const { conname, raw_expr: condition, pktable, indexname } = constraint
  if (conname !== undefined) read.name = conname
  if (condition !== undefined) {
    read.expression = readExpression(condition, false)
    if (kind === 'check') read.tree = withoutPositions(condition)
  }
  if (pktable !== undefined) {
    read.references = { relation: rangeName(pktable), columns: strings(constraint.pk_attrs) }
  }
  if (indexname !== undefined) read.index = indexname
  if (constraint.is_no_inherit === true) read.noInherit = true
  if (kind === 'check' && constraint.is_enforced !== true) read.notEnforced = true
  if (constraint.skip_validation === true) read.notValid = true
  return read
}

/** A NOT NULL that says no more than that. */
function isBareNotNull({ contype, conname, is_no_inherit, skip_validation }: Constraint): boolean {
  return (
    contype === 'CONSTR_NOTNULL' &&
    conname === undefined &&
    is_no_inherit !== true &&
    skip_validation !== true
  )
}

/** A column as CREATE TABLE, ADD COLUMN and CREATE TYPE write it. */
export function readColumn(definition: ColumnDef, lineOf: LineOf): ColumnDefinition {
  const name = definition.colname ?? ''
  const constraints: ConstraintDefinition[] = []
  /** Which of them NOT ENFORCED is about. */
  let enforced = -1
  const more: Partial<
    Writable<Pick<ColumnDefinition, 'identity' | 'notNull' | 'default' | 'generated' | 'stored'>>
  > = {}
  for (const node of definition.constraints ?? []) {
    if (!('Constraint' in node)) continue
    const constraint = node.Constraint
    switch (constraint.contype) {
      case 'CONSTR_DEFAULT':
        if (constraint.raw_expr !== undefined) more.default = readExpression(constraint.raw_expr)
        break
      case 'CONSTR_GENERATED':
        if (constraint.raw_expr !== undefined) more.generated = readExpression(constraint.raw_expr)
        if (constraint.generated_kind === 's') more.stored = true
        break
      case 'CONSTR_IDENTITY':
        more.identity = true
        break
      case 'CONSTR_ATTR_NOT_ENFORCED': {
        const target = constraints[enforced]
        if (target !== undefined) constraints[enforced] = { ...target, notEnforced: true }
        break
      }
      default: {
        if (constraint.contype === 'CONSTR_NOTNULL') more.notNull = true
        if (isBareNotNull(constraint)) {
          enforced = -1
          break
        }
        const read = readConstraint(constraint, name)
        if (read !== undefined) enforced = constraints.push(read) - 1
      }
    }
  }
  if (definition.is_not_null === true) more.notNull = true
  if (more.default?.literal === null) delete more.default
  const serial = serialBase(definition.typeName)
  return {
    name,
    ...(definition.typeName === undefined
      ? {}
      : {
          type: serial === undefined ? typeName(definition.typeName) : { schema: 'pg_catalog', name: serial },
        }),
    ...(serial === undefined ? {} : { serial: true }),
    ...more,
    constraints,
    line: lineOf(definition.location),
  }
}

/** Bits of TableLikeOption in parsenodes.h. */
const LIKE_BITS = {
  constraints: 1 << 2,
  defaults: 1 << 3,
  generated: 1 << 4,
  identity: 1 << 5,
  indexes: 1 << 6,
}

function readLike(like: TableLikeClause): LikeClause {
  const options = like.options ?? 0
  const has = (bit: number): boolean => (options & bit) !== 0
  return {
    relation: rangeName(like.relation),
    defaults: has(LIKE_BITS.defaults),
    constraints: has(LIKE_BITS.constraints),
    indexes: has(LIKE_BITS.indexes),
    identity: has(LIKE_BITS.identity),
    generated: has(LIKE_BITS.generated),
  }
}

function readElement(node: Node, lineOf: LineOf): TableElement | undefined {
  if ('ColumnDef' in node) return { column: readColumn(node.ColumnDef, lineOf) }
  if ('TableLikeClause' in node) return { like: readLike(node.TableLikeClause) }
  if (!('Constraint' in node)) return undefined
  const constraint = readConstraint(node.Constraint)
  return constraint === undefined ? undefined : { constraint }
}

export function readCreateTable(statement: CreateStmt, lineOf: LineOf, foreign: boolean): CreateTable {
  const elements = [...(statement.tableElts ?? []), ...(statement.constraints ?? [])]
  const parents = (statement.inhRelations ?? []).map((node) =>
    rangeName('RangeVar' in node ? node.RangeVar : undefined),
  )
  const isPartition = statement.partbound !== undefined
  const keys = (statement.partspec?.partParams ?? []).flatMap((node) =>
    'PartitionElem' in node && node.PartitionElem.name !== undefined ? [node.PartitionElem.name] : [],
  )
  return {
    do: 'create table',
    name: rangeName(statement.relation),
    elements: elements.flatMap((node) => readElement(node, lineOf) ?? []),
    ...(statement.if_not_exists === true ? { ifNotExists: true } : {}),
    ...(statement.relation?.relpersistence === 't' ? { temporary: true } : {}),
    ...(foreign ? { foreign } : {}),
    ...(isPartition && parents[0] !== undefined ? { partitionOf: parents[0] } : {}),
    ...(!isPartition && parents.length > 0 ? { inherits: parents } : {}),
    ...(statement.partspec === undefined ? {} : { partitionBy: { columns: keys } }),
    ...(statement.ofTypename === undefined ? {} : { ofType: typeName(statement.ofTypename) }),
    ...(statement.oncommit === 'ONCOMMIT_DROP' ? { onCommitDrop: true } : {}),
  }
}

function newType(command: AlterTableCmd): ColumnDef | undefined {
  return command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined
}

function partitionName(command: AlterTableCmd): ReturnType<typeof rangeName> {
  return rangeName(
    command.def !== undefined && 'PartitionCmd' in command.def ? command.def.PartitionCmd.name : undefined,
  )
}

function hasBound({ def }: AlterTableCmd): boolean {
  return def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.bound !== undefined
}

/** One subcommand of ALTER TABLE; undefined for one that bears on nothing the catalog holds (owner, storage, triggers, ...). */
export function readAlterCommand(command: AlterTableCmd, lineOf: LineOf): AlterCommand | undefined {
  const name = command.name ?? ''
  const ifExists = command.missing_ok === true ? { ifExists: true } : {}
  const cascade = command.behavior === 'DROP_CASCADE' ? { cascade: true } : {}
  switch (command.subtype) {
    case 'AT_AddColumn': {
      const column = newType(command)
      if (column === undefined) return undefined
      const ifNotExists = command.missing_ok === true ? { ifNotExists: true } : {}
      return { do: 'add column', column: readColumn(column, lineOf), ...ifNotExists }
    }
    case 'AT_DropColumn':
      return { do: 'drop column', name, ...ifExists, ...cascade }
    case 'AT_AlterColumnType': {
      const column = newType(command)
      const using = column?.raw_default === undefined ? {} : { using: readExpression(column.raw_default) }
      return { do: 'alter type', name, type: typeName(column?.typeName), ...using }
    }
    case 'AT_ColumnDefault':
      return {
        do: 'set default',
        name,
        ...(command.def === undefined ? {} : { default: readExpression(command.def) }),
      }
    case 'AT_SetNotNull':
    case 'AT_DropNotNull':
      return { do: 'set not null', name, value: command.subtype === 'AT_SetNotNull' }
    case 'AT_AddIdentity':
      return { do: 'add identity', name }
    case 'AT_DropIdentity':
      return { do: 'drop identity', name, ...ifExists }
    case 'AT_SetExpression':
      return command.def === undefined
        ? undefined
        : { do: 'set expression', name, generated: readExpression(command.def) }
    case 'AT_DropExpression':
      return { do: 'drop expression', name, ...ifExists }
    case 'AT_SetStatistics':
    case 'AT_SetStorage':
    case 'AT_SetCompression':
      return name === '' ? undefined : { do: 'column option', name }
    case 'AT_AddConstraint':
    case 'AT_AddIndexConstraint': {
      const constraint =
        command.def !== undefined && 'Constraint' in command.def
          ? readConstraint(command.def.Constraint)
          : undefined
      return constraint === undefined ? undefined : { do: 'add constraint', constraint }
    }
    case 'AT_DropConstraint':
      return { do: 'drop constraint', name, ...ifExists, ...cascade }
    case 'AT_ValidateConstraint':
      return { do: 'touch constraint', name, validated: true }
    case 'AT_AlterConstraint': {
      const altered =
        command.def !== undefined && 'ATAlterConstraint' in command.def
          ? command.def.ATAlterConstraint
          : undefined
      return {
        do: 'touch constraint',
        name: altered?.conname ?? name,
        ...(altered?.alterEnforceability === true ? { enforced: altered.is_enforced === true } : {}),
      }
    }
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent = rangeName(
        command.def !== undefined && 'RangeVar' in command.def ? command.def.RangeVar : undefined,
      )
      return { do: command.subtype === 'AT_AddInherit' ? 'inherit' : 'no inherit', parent }
    }
    case 'AT_AttachPartition':
      return { do: 'attach partition', partition: partitionName(command), bound: hasBound(command) }
    case 'AT_DetachPartition':
      return { do: 'detach partition', partition: partitionName(command) }
    case 'AT_AddOf':
      return {
        do: 'of',
        type: typeName(
          command.def !== undefined && 'TypeName' in command.def ? command.def.TypeName : undefined,
        ),
      }
    case 'AT_DropOf':
      return { do: 'not of' }
    default:
      return undefined
  }
}

const KINDS: Readonly<Record<string, ObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_SCHEMA: 'schema',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_OPERATOR: 'operator',
  OBJECT_CAST: 'cast',
}

/** The kinds of object that the catalog holds; undefined for others. */
export function objectKind(kind: string | undefined): ObjectKind | undefined {
  return KINDS[kind ?? '']
}

export function readAlterTable(
  statement: AlterTableStmt,
  lineOf: LineOf,
): { readonly kind: ObjectKind; readonly commands: readonly AlterCommand[] } | undefined {
  const kind = objectKind(statement.objtype)
  if (kind === undefined) return undefined
  const commands = (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? (readAlterCommand(node.AlterTableCmd, lineOf) ?? []) : [],
  )
  return { kind, commands }
}
