import type { Machine } from './machine.js'
import { UNKNOWN, either, settled, type Value } from './values.js'

/** Whether `name` is a method of promises. */
export function isPromiseMethod(name: string): boolean {
  return name === 'then' || name === 'catch' || name === 'finally'
}

/** `.then(callback)` and `.finally(callback)` send what they are called on, then what the callback gives. */
export function promiseMethod(machine: Machine, object: Value, name: string, args: readonly Value[]): Value {
  machine.send(object)
  const given = settled(object)
  const [first] = args
  if (name === 'finally') {
    called(machine, first, [])
    return given
  }
  return called(machine, first, [given]) ?? given
}

/** What a callback gives, which is sent; undefined where it is none. */
function called(machine: Machine, callback: Value | undefined, args: readonly Value[]): Value | undefined {
  if (callback?.kind === 'holder') return either([callback])
  if (callback?.kind !== 'function') return callback === undefined ? undefined : UNKNOWN
  const result = machine.call(callback, args)
  machine.send(result)
  return settled(result)
}
