import type { DeleteStmt, InsertStmt, Node, UpdateStmt } from '@pgsql/types'
import { removeLabels, setLabel } from '../../catalog/enums.js'
import { PgError, Unknowable } from '../../catalog/error.js'
import type { EnumType } from '../../catalog/model.js'
import type { Store } from '../../catalog/store.js'
import { strings } from '../ddl/names.js'
import { evaluate, isCertain, type Evaluation, type Scope } from './evaluate.js'
import { runQuery } from './query.js'
import { Reg, UNKNOWN, type Value } from './value.js'

interface EnumRow {
  readonly type: EnumType
  readonly label: string
}

function enumOf(store: Store, value: Value): EnumType {
  const oid = value instanceof Reg ? value.oid : value
  const type = typeof oid === 'number' ? store.typeByOid(oid) : undefined
  if (type?.kind !== 'enum') throw new Unknowable('it edits pg_enum for a type that is not known')
  return type
}

/** The rows of pg_enum that a condition picks; throws Unknowable where that can't be known. */
function chosen(
  run: Evaluation,
  relation: UpdateStmt['relation'],
  from: readonly Node[] | undefined,
  where: Node | undefined,
): EnumRow[] {
  const alias = relation?.alias?.aliasname ?? 'pg_enum'
  const column = (name: string): Node => ({
    ResTarget: { val: { ColumnRef: { fields: [{ String: { sval: alias } }, { String: { sval: name } }] } } },
  })
  const table: Node = { RangeVar: { ...relation, schemaname: 'pg_catalog' } }
  const result = runQuery(
    run,
    {
      SelectStmt: {
        targetList: [column('enumtypid'), column('enumlabel')],
        fromClause: [table, ...(from ?? [])],
        ...(where === undefined ? {} : { whereClause: where }),
        op: 'SETOP_NONE',
      },
    },
    undefined,
  )
  if (!isCertain(result))
    throw new Unknowable('which rows of pg_enum it edits depends on more than the migrations')
  return result.rows.map((row) => ({
    type: enumOf(run.store, row.values[0] ?? null),
    label: String(row.values[1]),
  }))
}

function rowScope(row: EnumRow): Scope {
  return {
    lookup(parts) {
      const name = parts.at(-1)
      if (name === 'enumlabel') return row.label
      return name === 'enumtypid' ? row.type.oid : undefined
    },
  }
}

function update(run: Evaluation, statement: UpdateStmt): void {
  const rows = chosen(run, statement.relation, statement.fromClause, statement.whereClause)
  for (const target of statement.targetList ?? []) {
    if (!('ResTarget' in target)) continue
    if (target.ResTarget.name !== 'enumlabel')
      throw new Unknowable(`it sets ${target.ResTarget.name ?? ''} of pg_enum`)
    for (const row of rows) {
      const value = evaluate(run, target.ResTarget.val, rowScope(row))
      if (typeof value !== 'string')
        throw new Unknowable('it sets a label to what the migrations do not tell')
      const type = enumOf(run.store, row.type.oid)
      if (value === row.label) continue
      if (type.labels.some((label) => label.value === value)) {
        throw new PgError(
          '23505',
          'duplicate key value violates unique constraint "pg_enum_typid_label_index"',
        )
      }
      setLabel(run.store, type, row.label, value)
    }
  }
}

function remove(run: Evaluation, statement: DeleteStmt): void {
  for (const row of chosen(run, statement.relation, statement.usingClause, statement.whereClause)) {
    removeLabels(run.store, enumOf(run.store, row.type.oid), [row.label])
  }
}

function insert(run: Evaluation, statement: InsertStmt): void {
  const names = strings(
    (statement.cols ?? []).map((node) =>
      'ResTarget' in node ? { String: { sval: node.ResTarget.name ?? '' } } : node,
    ),
  )
  const result = runQuery(run, statement.selectStmt, undefined)
  if (!isCertain(result))
    throw new Unknowable('which rows of pg_enum it adds depends on more than the migrations')
  for (const row of result.rows) {
    const at = (name: string): Value => row.values[names.indexOf(name)] ?? UNKNOWN
    const type = enumOf(run.store, at('enumtypid'))
    const label = at('enumlabel')
    const order = at('enumsortorder')
    if (typeof label !== 'string' || typeof order !== 'number') {
      throw new Unknowable('it adds a label that the migrations do not tell')
    }
    if (type.labels.some((each) => each.value === label)) {
      throw new PgError('23505', 'duplicate key value violates unique constraint "pg_enum_typid_label_index"')
    }
    // The sort orders of the others are taken to be 1, 2, 3, ..., as CREATE TYPE gives them.
    const before = type.labels.filter((_, i) => i + 1 < order).length
    const labels = [...type.labels]
    labels.splice(before, 0, { value: label, origin: run.store.origin })
    run.store.types.set(type.oid, { ...type, labels })
  }
}

/** Runs INSERT, UPDATE or DELETE on pg_enum; throws Unknowable where its rows can't be told. */
export function editPgEnum(run: Evaluation, statement: unknown): void {
  const node = statement as Node
  if ('UpdateStmt' in node) update(run, node.UpdateStmt)
  else if ('DeleteStmt' in node) remove(run, node.DeleteStmt)
  else if ('InsertStmt' in node) insert(run, node.InsertStmt)
}
