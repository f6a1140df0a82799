import type { CreateCastStmt, DefElem, DefineStmt, Node } from '@pgsql/types'
import type { CreateCast, CreateOperator, TypeName } from '../../catalog/change.js'
import type { QualifiedName } from '../../catalog/model.js'
import { listName, objectName, stringOf, typeName } from './names.js'

/** The type that an option of CREATE OPERATOR names. */
function typeOf(option: DefElem | undefined): TypeName | undefined {
  const arg = option?.arg
  if (arg === undefined) return undefined
  return 'TypeName' in arg ? typeName(arg.TypeName) : { name: stringOf(arg) }
}

/** The function or operator that an option of CREATE OPERATOR names. */
function nameOf(option: DefElem | undefined): QualifiedName | undefined {
  const arg = option?.arg
  if (arg === undefined) return undefined
  if ('TypeName' in arg) return listName(arg.TypeName.names)
  return 'List' in arg ? listName(arg.List.items) : { name: stringOf(arg) }
}

/** CREATE OPERATOR. */
export function readOperator({ defnames, definition = [] }: DefineStmt): CreateOperator {
  const options = new Map<string, DefElem>()
  for (const node of definition) if ('DefElem' in node) options.set(node.DefElem.defname ?? '', node.DefElem)
  const left = typeOf(options.get('leftarg'))
  const right = typeOf(options.get('rightarg'))
  const made = nameOf(options.get('function') ?? options.get('procedure'))
  const commutator = nameOf(options.get('commutator'))
  const negator = nameOf(options.get('negator'))
  return {
    do: 'create operator',
    name: listName(defnames),
    ...(left && { left }),
    ...(right && { right }),
    ...(made && { function: made }),
    ...(commutator && { commutator }),
    ...(negator && { negator }),
  }
}

const CONTEXTS: Readonly<Record<string, CreateCast['context']>> = {
  COERCION_IMPLICIT: 'implicit',
  COERCION_ASSIGNMENT: 'assignment',
}

/** CREATE CAST. */
export function readCast({ sourcetype, targettype, func, context, inout }: CreateCastStmt): CreateCast {
  const made: Node | undefined = func && { ObjectWithArgs: func }
  return {
    do: 'create cast',
    source: typeName(sourcetype),
    target: typeName(targettype),
    method: made !== undefined ? 'function' : inout === true ? 'inout' : 'binary',
    context: CONTEXTS[context ?? ''] ?? 'explicit',
    ...(made && { function: objectName(made) }),
  }
}
