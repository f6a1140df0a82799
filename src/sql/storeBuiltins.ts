import type { Cast, TypeRef } from '../catalog/model.js'
import type { Builtins } from '../catalog/store.js'
import { builtinCast, builtinFunctions, builtinOperators, type CastContext, type TypeId } from './builtins.js'

const idOf = ({ oid, array }: TypeRef): TypeId => (array ? -oid : oid)

const refOf = (id: TypeId): TypeRef => ({ oid: Math.abs(id), array: id < 0 })

function areSame(ids: readonly TypeId[], refs: readonly TypeRef[]): boolean {
  return ids.length === refs.length && refs.every((ref, i) => idOf(ref) === ids[i])
}

const CONTEXTS: Readonly<Record<CastContext, Cast['context']>> = {
  i: 'implicit',
  a: 'assignment',
  e: 'explicit',
}

/** What Postgres brings along, as the replay of statements asks for it. */
export const storeBuiltins: Builtins = {
  hasFunction: (name) => builtinFunctions(name).length > 0,
  functionResult(name, args) {
    const found = builtinFunctions(name).find(({ inputs }) => areSame(inputs, args))
    return found && refOf(found.returns)
  },
  hasOperator(name, left, right) {
    const operands = left === undefined ? [right] : [left, right]
    return builtinOperators(name).some(({ args }) => areSame(args, operands))
  },
  castContext(source, target) {
    const context = builtinCast(idOf(source), idOf(target))
    return context && CONTEXTS[context]
  },
}
