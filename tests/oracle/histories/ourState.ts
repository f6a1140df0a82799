import type { Catalog, CheckConstraint, TypeRef } from '../../../src/catalog/model.js'
import type { FrozenCatalog } from '../../../src/catalog/frozen.js'
import type { StoredRelation } from '../../../src/catalog/stored.js'

const KINDS: Readonly<Record<string, string>> = {
  table: 'r',
  'partitioned table': 'p',
  view: 'v',
  'materialized view': 'm',
  'foreign table': 'f',
  index: 'i',
  sequence: 'S',
}

const CONSTRAINTS: Readonly<Record<string, string>> = {
  check: 'c',
  'primary key': 'p',
  unique: 'u',
  'foreign key': 'f',
  'not null': 'n',
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function printType(catalog: Catalog, ref: TypeRef): string {
  const type = catalog.typeByOid(ref.oid)
  return `${type?.schema ?? '?'}.${type?.name ?? '?'}${ref.array ? '[]' : ''}`
}

/** The strings of a condition's tree; where a list was read, those of the list. */
function strings(check: CheckConstraint): string {
  const found = new Set<string>()
  const walk = (tree: unknown): void => {
    if (Array.isArray(tree)) tree.forEach(walk)
    else if (typeof tree === 'object' && tree !== null) {
      for (const [key, value] of Object.entries(tree)) {
        if (key === 'sval' && typeof value === 'object' && value !== null) {
          found.add(String((value as { sval?: string }).sval ?? '').replaceAll("'", "''"))
        } else if (key !== 'typeName') walk(value)
      }
    }
  }
  if (check.values === undefined) walk(check.expression)
  else for (const label of check.values) found.add(label.value.replaceAll("'", "''"))
  return [...found].sort().join(',')
}

function relationLines(catalog: Catalog, relation: StoredRelation): string[] {
  const name = `${relation.schema}.${relation.name}`
  const lines = [`relation ${name} ${KINDS[relation.kind] ?? '?'}`]
  if (relation.kind === 'index' || relation.kind === 'sequence') return lines
  for (const column of relation.columns) {
    lines.push(
      `column ${name}.${column.name} ${column.attnum} ${printType(catalog, column.type)}${column.notNull ? ' not null' : ''}${
        column.hasDefault ? ' default' : ''
      }${column.generated ? ' generated' : ''}${column.local ? ' local' : ''} ${column.inherited}`,
    )
  }
  for (const constraint of relation.constraints) {
    const kind = CONSTRAINTS[constraint.kind]
    if (kind === undefined) continue
    const columns = constraint.columns
      .map((attnum) => relation.columns.find((column) => column.attnum === attnum)?.name ?? '?')
      .sort()
      .join(',')
    lines.push(
      `constraint ${name}.${constraint.name} ${kind} ${columns}${constraint.local ? ' local' : ''} ${constraint.inherited}${
        constraint.kind === 'check' ? ` ${strings(constraint)}` : ''
      }`,
    )
  }
  return lines
}

/** The state of a catalog in lines, as the oracle's function prints the database's. */
export function ourState(frozen: Catalog): string[] {
  const catalog = frozen as FrozenCatalog
  const lines: string[] = []
  for (const schema of catalog.schemas()) {
    if (schema !== 'public' && schema !== 'pg_temp') lines.push(`schema ${schema}`)
  }
  for (const type of catalog.types()) {
    const name = `${type.schema}.${type.name}`
    if (type.kind === 'enum')
      lines.push(`enum ${name} ${type.labels.map((label) => quote(label.value)).join(',')}`)
    else if (type.kind === 'domain') {
      lines.push(`domain ${name} ${printType(catalog, type.base)}${type.notNull ? ' not null' : ''}`)
      for (const check of type.constraints)
        lines.push(`domain check ${type.name} ${check.name} ${strings(check)}`)
    } else if (type.kind === 'composite' && type.relation === undefined) {
      for (const attribute of type.attributes) {
        lines.push(
          `column ${name}.${attribute.name} ${attribute.attnum} ${printType(catalog, attribute.type)} local 0`,
        )
      }
    }
  }
  for (const [key, ref] of catalog.typeNameEntries()) {
    if (!ref.array) continue
    lines.push(`array ${key.replace('\0', '.')} of ${catalog.typeByOid(ref.oid)?.name ?? '?'}`)
  }
  // A catalog that comes from a replay has the relations as the replay has them.
  for (const relation of catalog.relations())
    lines.push(...relationLines(catalog, relation as StoredRelation))
  for (const each of catalog.functions()) {
    const inputs = each.arguments.filter((argument) => argument.mode !== 'out' && argument.mode !== 'table')
    lines.push(`function ${each.schema}.${each.name} ${inputs.length}`)
  }
  for (const { schema, name, left, right, shell } of catalog.operators()) {
    const operands = [left === undefined ? '0' : printType(catalog, left), printType(catalog, right)]
    lines.push(`operator ${schema}.${name} ${operands.join(' ')}${shell ? ' shell' : ''}`)
  }
  for (const { source, target, context, method } of catalog.casts()) {
    const types = `${printType(catalog, source)} ${printType(catalog, target)}`
    lines.push(`cast ${types} ${context.charAt(0)} ${method.charAt(0)}`)
  }
  return lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
