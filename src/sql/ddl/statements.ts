import type { CreateFunctionStmt, CreateSchemaStmt, DefElem, Node } from '@pgsql/types'
import type {
  Change,
  CreateFromQuery,
  CreateFunction,
  DomainAction,
  Expression,
  FunctionName,
  ObjectKind,
} from '../../catalog/change.js'
import type { QualifiedName } from '../../catalog/model.js'
import { readExpression, withoutPositions } from './expressions.js'
import {
  castName,
  listName,
  objectName,
  operatorName,
  rangeName,
  strings,
  stringOf,
  typeName,
} from './names.js'
import { readCast, readOperator } from './operators.js'
import { storedArguments } from './stores.js'
import {
  objectKind,
  readAlterTable,
  readColumn,
  readConstraint,
  readCreateTable,
  type LineOf,
} from './tables.js'

/** What a statement changes; empty for one that changes nothing the catalog holds; undefined for one not known here. */
export function readChanges(node: Node, lineOf: LineOf): readonly Change[] | undefined {
  switch (Object.keys(node)[0]) {
    case 'CreateStmt':
    case 'CreateForeignTableStmt':
    case 'AlterTableStmt':
      return readTables(node, lineOf)
    case 'IndexStmt':
    case 'CreateSeqStmt':
    case 'AlterSeqStmt':
      return readIndexes(node)
    case 'ViewStmt':
    case 'CreateTableAsStmt':
    case 'SelectStmt':
      return readQueries(node)
    default:
      return readTypes(node, lineOf) ?? readObjects(node, lineOf)
  }
}

function readTypes(node: Node, lineOf: LineOf): readonly Change[] | undefined {
  if ('CreateEnumStmt' in node) {
    const { typeName: name, vals } = node.CreateEnumStmt
    return [{ do: 'create enum', name: listName(name), labels: strings(vals), lines: [] }]
  }
  if ('AlterEnumStmt' in node) {
    const {
      typeName: name,
      oldVal,
      newVal,
      newValNeighbor,
      newValIsAfter,
      skipIfNewValExists,
    } = node.AlterEnumStmt
    const type = listName(name)
    if (oldVal !== undefined) return [{ do: 'rename label', type, from: oldVal, to: newVal ?? '' }]
    return [
      {
        do: 'add label',
        type,
        label: newVal ?? '',
        ...(skipIfNewValExists === true ? { ifNotExists: true } : {}),
        // An empty label is left out of the tree; without a neighbour the value is said to come after.
        ...(newValNeighbor === undefined && newValIsAfter === true
          ? {}
          : { neighbour: newValNeighbor ?? '' }),
        ...(newValIsAfter === true ? { after: true } : {}),
      },
    ]
  }
  if ('CreateDomainStmt' in node) return [readDomain(node.CreateDomainStmt)]
  if ('AlterDomainStmt' in node) {
    const { typeName: name, subtype, def, name: constraint, missing_ok: ifExists } = node.AlterDomainStmt
    const action = domainAction(subtype, def, constraint ?? '', ifExists === true)
    return action === undefined ? [] : [{ do: 'alter domain', name: listName(name), action }]
  }
  if ('CompositeTypeStmt' in node) {
    const { typevar, coldeflist } = node.CompositeTypeStmt
    const attributes = (coldeflist ?? []).flatMap((each) =>
      'ColumnDef' in each ? [readColumn(each.ColumnDef, lineOf)] : [],
    )
    return [{ do: 'create composite', name: rangeName(typevar), attributes }]
  }
  if ('CreateRangeStmt' in node) {
    const subtype = (node.CreateRangeStmt.params ?? []).flatMap((each) =>
      'DefElem' in each && each.DefElem.defname === 'subtype' ? [each.DefElem.arg] : [],
    )[0]
    const type = typeName(subtype !== undefined && 'TypeName' in subtype ? subtype.TypeName : undefined)
    return [{ do: 'create range', name: listName(node.CreateRangeStmt.typeName), subtype: type }]
  }
  if ('DefineStmt' in node) {
    if (node.DefineStmt.kind === 'OBJECT_OPERATOR') return [readOperator(node.DefineStmt)]
    if (node.DefineStmt.kind !== 'OBJECT_TYPE') return []
    return [{ do: 'create base type', name: listName(node.DefineStmt.defnames) }]
  }
  return undefined
}

function readDomain(statement: Extract<Node, { CreateDomainStmt: unknown }>['CreateDomainStmt']): Change {
  const constraints = (statement.constraints ?? []).flatMap((each) =>
    'Constraint' in each ? [each.Constraint] : [],
  )
  const notNull = constraints.find((each) => each.contype === 'CONSTR_NOTNULL')
  const initial = constraints.find((each) => each.contype === 'CONSTR_DEFAULT')?.raw_expr
  return {
    do: 'create domain',
    name: listName(statement.domainname),
    base: typeName(statement.typeName),
    constraints: constraints.flatMap((each) =>
      each.contype === 'CONSTR_CHECK' ? (readConstraint(each) ?? []) : [],
    ),
    ...(notNull === undefined
      ? {}
      : { notNull: notNull.conname === undefined ? {} : { name: notNull.conname } }),
    ...(initial === undefined ? {} : { default: readExpression(initial) }),
  }
}

function domainAction(
  subtype: string | undefined,
  definition: Node | undefined,
  name: string,
  ifExists: boolean,
): DomainAction | undefined {
  switch (subtype) {
    case 'AD_AddConstraint':
    case 'C': {
      const constraint =
        definition !== undefined && 'Constraint' in definition
          ? readConstraint(definition.Constraint)
          : undefined
      return constraint === undefined ? undefined : { do: 'add constraint', constraint }
    }
    case 'AD_DropConstraint':
    case 'X':
      return { do: 'drop constraint', name, ...(ifExists ? { ifExists } : {}) }
    case 'AD_ValidateConstraint':
    case 'V':
      return { do: 'validate', name }
    case 'AD_SetNotNull':
    case 'O':
      return { do: 'set not null', value: true }
    case 'AD_DropNotNull':
    case 'N':
      return { do: 'set not null', value: false }
    case 'AD_AlterDefault':
    case 'T':
      return {
        do: 'set default',
        ...(definition === undefined ? {} : { default: readExpression(definition) }),
      }
    default:
      return undefined
  }
}

function readTables(node: Node, lineOf: LineOf): readonly Change[] | undefined {
  if ('CreateStmt' in node) return [readCreateTable(node.CreateStmt, lineOf, false)]
  if ('CreateForeignTableStmt' in node) {
    const base = node.CreateForeignTableStmt.base
    return base === undefined ? [] : [readCreateTable(base, lineOf, true)]
  }
  if ('AlterTableStmt' in node) {
    const statement = node.AlterTableStmt
    const read = readAlterTable(statement, lineOf)
    if (read === undefined) return []
    const name = rangeName(statement.relation)
    if (read.kind === 'type') return [{ do: 'alter composite', name, commands: read.commands }]
    return [
      {
        do: 'alter table',
        ...read,
        name,
        ...(statement.missing_ok === true ? { ifExists: true } : {}),
        ...(statement.relation?.inh !== true ? { only: true } : {}),
      },
    ]
  }
  return undefined
}

/** A query that makes a relation: a view, a materialized view, a table. */
function readQueries(node: Node): readonly Change[] | undefined {
  if ('ViewStmt' in node) {
    const { view, aliases, query, replace } = node.ViewStmt
    return [
      fromQuery('view', view, aliases, query, {
        ...(replace === true ? { replace } : {}),
      }),
    ]
  }
  if ('CreateTableAsStmt' in node) {
    const { into, query, objtype, if_not_exists: ifNotExists } = node.CreateTableAsStmt
    const kind = objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table'
    return [
      fromQuery(kind, into?.rel, into?.colNames, query, {
        ...(ifNotExists === true ? { ifNotExists } : {}),
        ...(into?.onCommit === 'ONCOMMIT_DROP' ? { onCommitDrop: true } : {}),
      }),
    ]
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined) {
    const { intoClause, ...select } = node.SelectStmt
    return [fromQuery('table', intoClause.rel, intoClause.colNames, { SelectStmt: select }, {})]
  }
  return undefined
}

function fromQuery(
  kind: CreateFromQuery['kind'],
  relation: Parameters<typeof rangeName>[0],
  columns: readonly Node[] | undefined,
  query: Node | undefined,
  more: Partial<CreateFromQuery>,
): CreateFromQuery {
  return {
    do: 'create from query',
    kind,
    name: rangeName(relation),
    ...(relation?.relpersistence === 't' ? { temporary: true } : {}),
    columns: strings(columns),
    query: withoutPositions(query),
    ...more,
  }
}

function readObjects(node: Node, lineOf: LineOf): readonly Change[] | undefined {
  if ('CreateSchemaStmt' in node) return readSchema(node.CreateSchemaStmt, lineOf)
  if ('CreateFunctionStmt' in node) return [readFunction(node.CreateFunctionStmt)]
  if ('CreateCastStmt' in node) return [readCast(node.CreateCastStmt)]
  if ('CreateExtensionStmt' in node) {
    const { extname, if_not_exists: ifNotExists } = node.CreateExtensionStmt
    return [{ do: 'create extension', name: extname ?? '', ...(ifNotExists === true ? { ifNotExists } : {}) }]
  }
  if ('RenameStmt' in node) return readRename(node.RenameStmt)
  if ('AlterObjectSchemaStmt' in node) {
    const { objectType, relation, object, newschema, missing_ok: ifExists } = node.AlterObjectSchemaStmt
    const kind = objectKind(objectType)
    if (kind === undefined) return []
    return [
      {
        do: 'set schema',
        kind,
        name: relation === undefined ? nameOfKind(kind)(object) : rangeName(relation),
        schema: newschema ?? '',
        ...(ifExists === true ? { ifExists } : {}),
      },
    ]
  }
  if ('DropStmt' in node) {
    const { removeType, objects, missing_ok: ifExists, behavior } = node.DropStmt
    const kind = objectKind(removeType)
    if (kind === undefined) return []
    return [
      {
        do: 'drop',
        kind,
        names: (objects ?? []).map(nameOfKind(kind)),
        ...(ifExists === true ? { ifExists } : {}),
        ...(behavior === 'DROP_CASCADE' ? { cascade: true } : {}),
      },
    ]
  }
  return undefined
}

/** How the objects of a kind are named in DROP and ALTER. */
function nameOfKind(kind: ObjectKind): (node: Node | undefined) => FunctionName {
  return kind === 'operator' ? operatorName : kind === 'cast' ? castName : objectName
}

/** The order in which CREATE SCHEMA makes its elements (transformCreateSchemaStmtElements). */
const ELEMENTS: readonly Change['do'][] = [
  'create sequence',
  'create table',
  'create from query',
  'create index',
]

/** setSchemaName of parse_utilcmd.c, for what would be temporary otherwise. */
function withSchema(change: Change, schema: string): Change {
  return change.do === 'create from query' ? { ...change, name: { schema, ...change.name } } : change
}

function readSchema(statement: CreateSchemaStmt, lineOf: LineOf): readonly Change[] {
  const role = statement.authrole?.rolename
  const name = statement.schemaname ?? role ?? ''
  // AUTHORIZATION CURRENT_USER: who that is, the migrations do not tell.
  if (name === '') return []
  const elements = (statement.schemaElts ?? [])
    .flatMap((element) => readChanges(element, lineOf) ?? [])
    .map((element) => withSchema(element, name))
    .sort((a, b) => ELEMENTS.indexOf(a.do) - ELEMENTS.indexOf(b.do))
  return [
    {
      do: 'create schema',
      name,
      ...(statement.if_not_exists === true ? { ifNotExists: true } : {}),
      ...(elements.length > 0 ? { elements } : {}),
    },
  ]
}

const MODES: Readonly<Record<string, 'in' | 'out' | 'inout' | 'variadic' | 'table'>> = {
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
}

function option(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  for (const node of options ?? [])
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem
  return undefined
}

function readFunction(statement: CreateFunctionStmt): CreateFunction {
  const { options, returnType } = statement
  const args = (statement.parameters ?? []).flatMap((node): CreateFunction['arguments'] => {
    if (!('FunctionParameter' in node)) return []
    const { name, argType, mode, defexpr } = node.FunctionParameter
    return [
      {
        mode: MODES[mode ?? ''] ?? 'in',
        type: typeName(argType),
        hasDefault: defexpr !== undefined,
        ...(name === undefined ? {} : { name }),
        ...(defexpr === undefined
          ? {}
          : { default: readExpression(defexpr), defaultTree: withoutPositions(defexpr) }),
      },
    ]
  })
  const as = option(options, 'as')?.arg
  const body = as !== undefined && 'List' in as ? stringOf(as.List.items?.[0]) : stringOf(as)
  const tables = args.some((argument) => argument.mode === 'table')
  const language = stringOf(option(options, 'language')?.arg).toLowerCase() || 'sql'
  const stored = storedArguments(statement, language, body)
  return {
    do: 'create function',
    name: listName(statement.funcname),
    kind: statement.is_procedure === true ? 'procedure' : 'function',
    ...(statement.replace === true ? { replace: true } : {}),
    arguments: args.map((argument) => {
      const stores = argument.mode === 'in' ? stored.get(argument.name ?? '') : undefined
      return stores === undefined ? argument : { ...argument, stores }
    }),
    ...(returnType === undefined ? {} : { returns: typeName(returnType) }),
    ...(returnType?.setof === true || tables ? { returnsSet: true } : {}),
    language,
    ...(body === '' ? {} : { body }),
  }
}

function readRename(statement: Extract<Node, { RenameStmt: unknown }>['RenameStmt']): readonly Change[] {
  const { renameType, relationType, relation, object, subname, newname, missing_ok: missing } = statement
  const to = newname ?? ''
  const ifExists = missing === true ? { ifExists: true } : {}
  const only = relation !== undefined && relation.inh !== true ? { only: true } : {}
  const from = subname ?? ''
  switch (renameType) {
    case 'OBJECT_COLUMN':
      return [
        {
          do: 'rename column',
          kind: objectKind(relationType) ?? 'table',
          relation: rangeName(relation),
          from,
          to,
          ...ifExists,
          ...only,
        },
      ]
    case 'OBJECT_ATTRIBUTE':
      return [{ do: 'rename column', kind: 'type', relation: rangeName(relation), from, to, ...ifExists }]
    case 'OBJECT_TABCONSTRAINT':
      return [
        {
          do: 'rename constraint',
          kind: 'table',
          relation: rangeName(relation),
          from,
          to,
          ...ifExists,
          ...only,
        },
      ]
    case 'OBJECT_DOMCONSTRAINT':
      return [{ do: 'rename constraint', kind: 'domain', relation: objectName(object), from, to }]
    case 'OBJECT_SCHEMA':
      return [{ do: 'rename', kind: 'schema', name: { name: from }, to }]
    default: {
      const kind = objectKind(renameType)
      if (kind === undefined) return []
      const name = relation === undefined ? objectName(object) : rangeName(relation)
      return [{ do: 'rename', kind, name, to, ...ifExists }]
    }
  }
}

function ownedBy(
  options: readonly Node[] | undefined,
): { readonly table: QualifiedName; readonly column: string } | null | undefined {
  const arg = option(options, 'owned_by')?.arg
  if (arg === undefined || !('List' in arg)) return undefined
  const parts = strings(arg.List.items)
  if (parts.length < 2) return null
  const column = parts.at(-1)!
  const name = parts.at(-2)!
  const schema = parts.at(-3)
  return { table: schema === undefined ? { name } : { schema, name }, column }
}

function readIndexes(node: Node): readonly Change[] | undefined {
  if ('IndexStmt' in node) {
    const {
      idxname,
      relation,
      unique,
      indexParams,
      indexIncludingParams,
      whereClause,
      if_not_exists: skip,
    } = node.IndexStmt
    const key = (each: Node): (string | Expression)[] => {
      if (!('IndexElem' in each)) return []
      const { name, expr } = each.IndexElem
      if (name !== undefined) return [name]
      return expr === undefined ? [] : [readExpression(expr)]
    }
    const included = (indexIncludingParams ?? []).flatMap(key).filter((each) => typeof each === 'string')
    return [
      {
        do: 'create index',
        table: rangeName(relation),
        unique: unique === true,
        keys: (indexParams ?? []).flatMap(key),
        ...(idxname === undefined ? {} : { name: idxname }),
        ...(skip === true ? { ifNotExists: true } : {}),
        ...(relation?.inh !== true ? { only: true } : {}),
        ...(included.length > 0 ? { included } : {}),
        ...(whereClause === undefined ? {} : { where: readExpression(whereClause) }),
      },
    ]
  }
  if ('CreateSeqStmt' in node) {
    const { sequence, options, if_not_exists: skip } = node.CreateSeqStmt
    const owner = ownedBy(options)
    return [
      {
        do: 'create sequence',
        name: rangeName(sequence),
        ...(skip === true ? { ifNotExists: true } : {}),
        ...(sequence?.relpersistence === 't' ? { temporary: true } : {}),
        ...(owner === undefined || owner === null ? {} : { ownedBy: owner }),
      },
    ]
  }
  if ('AlterSeqStmt' in node) {
    const { sequence, options, missing_ok: ifExists } = node.AlterSeqStmt
    const owner = ownedBy(options)
    return [
      {
        do: 'alter sequence',
        name: rangeName(sequence),
        ...(ifExists === true ? { ifExists } : {}),
        ...(owner === undefined ? {} : { ownedBy: owner }),
      },
    ]
  }
  return undefined
}
