import type { Node, RangeVar, TypeName as TypeNameNode } from '@pgsql/types'
import type { FunctionName, TypeName } from '../../catalog/change.js'
import type { QualifiedName } from '../../catalog/model.js'

/** The text of a String node; '' for another. */
export function stringOf(node: Node | undefined): string {
  return node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''
}

export function strings(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map(stringOf)
}

/** `a`, `schema.a` or `database.schema.a`. */
export function qualified(parts: readonly string[]): QualifiedName {
  const name = parts.at(-1) ?? ''
  const schema = parts.at(-2)
  return schema === undefined ? { name } : { schema, name }
}

export function rangeName(relation: RangeVar | undefined): QualifiedName {
  const name = relation?.relname ?? ''
  return relation?.schemaname === undefined ? { name } : { schema: relation.schemaname, name }
}

export function listName(nodes: readonly Node[] | undefined): QualifiedName {
  return qualified(strings(nodes))
}

const SERIAL: Readonly<Record<string, string>> = {
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
}

/** The integer type under a serial one. */
export function serialBase(type: TypeNameNode | undefined): string | undefined {
  const names = strings(type?.names)
  return names.length === 1 && (type?.arrayBounds ?? []).length === 0 ? SERIAL[names[0]!] : undefined
}

export function typeName(type: TypeNameNode | undefined): TypeName {
  const names = strings(type?.names)
  const name: { -readonly [Key in keyof TypeName]: TypeName[Key] } =
    type?.pct_type === true
      ? { name: names.at(-1) ?? '', columnOf: qualified(names.slice(0, -1)) }
      : qualified(names)
  if (type?.arrayBounds !== undefined && type.arrayBounds.length > 0) name.array = true
  if (name.columnOf !== undefined) return name
  if (type?.typmods !== undefined && type.typmods.length > 0) name.modified = true
  if (type?.setof === true) name.setOf = true
  return name
}

/** The number in a type's modifier, `varchar(20)`. */
export function typeLength(type: TypeNameNode | undefined): number | undefined {
  const first = type?.typmods?.[0]
  return first !== undefined && 'A_Const' in first ? first.A_Const.ival?.ival : undefined
}

/** An operator as DROP and ALTER name it. NONE in place of its left operand is left out. */
export function operatorName(
  node: Node | undefined,
): FunctionName & { readonly arguments: readonly TypeName[] } {
  if (node === undefined || !('ObjectWithArgs' in node)) return { name: '', arguments: [] }
  const { objname, objargs = [] } = node.ObjectWithArgs
  const operands = objargs.flatMap((each) => ('TypeName' in each ? [typeName(each.TypeName)] : []))
  return { ...listName(objname), arguments: operands }
}

/** A cast as DROP names it: by its source and its target. */
export function castName(node: Node | undefined): FunctionName & { readonly arguments: readonly TypeName[] } {
  const items = node !== undefined && 'List' in node ? (node.List.items ?? []) : []
  const types = items.flatMap((each) => ('TypeName' in each ? [typeName(each.TypeName)] : []))
  return { name: '', arguments: types }
}

/** A function, type or relation as DROP and ALTER name it: ObjectWithArgs, TypeName, or a list of strings. */
export function objectName(node: Node | undefined): FunctionName {
  if (node === undefined) return { name: '' }
  if ('List' in node) return listName(node.List.items)
  if ('TypeName' in node) return typeName(node.TypeName)
  if ('String' in node) return { name: stringOf(node) }
  if ('ObjectWithArgs' in node) {
    const { objname, objargs, args_unspecified: unspecified } = node.ObjectWithArgs
    const name = listName(objname)
    if (unspecified === true) return name
    return {
      ...name,
      arguments: (objargs ?? []).map((each) => typeName('TypeName' in each ? each.TypeName : undefined)),
    }
  }
  return { name: '' }
}
