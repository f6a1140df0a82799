import { byCodeUnit } from '../files.js'
import { change, forget } from './changes.js'
import type { Machine } from './machine.js'
import { binary, truthOf } from './operators.js'
import {
  SPREAD,
  UNDEFINED,
  UNKNOWN,
  either,
  plainValue,
  settled,
  textOfValue,
  type FunctionValue,
  type Value,
} from './values.js'

type ArrayValue = Extract<Value, { kind: 'array' }>

const constant = (value: string | number | boolean | undefined): Value => ({ kind: 'constant', value })

/** `array.name(...args)`; undefined where what it gives is not known. */
export function arrayMethod(
  machine: Machine,
  array: ArrayValue,
  name: string,
  args: readonly Value[],
): Value | undefined {
  if (CHANGES.test(name)) return changed(machine, array, name, args)
  const [first] = args
  if (first?.kind === 'function') return withCallback(machine, array.items, name, first, args)
  if (args.includes(SPREAD)) return undefined
  return read(array.items, name, args)
}

const CHANGES = /^(?:push|pop|shift|unshift|splice|reverse|sort|fill|copyWithin)$/

/** What a method gives that changes the array; of one whose outcome is not known nothing is known after it. */
function changed(machine: Machine, array: ArrayValue, name: string, args: readonly Value[]): Value {
  const { items } = array
  const make = args.includes(SPREAD) ? undefined : maker(array, name, args)
  if (make === undefined) {
    const holds = either([...items, ...args])
    forget(machine, array)
    if (holds.kind !== 'unknown') Object.assign(array, { kind: 'holder' })
    return holds
  }
  let result: Value = UNDEFINED
  change(machine, array, () => (result = make(items)))
  return result
}

/** What a method does to the items, where that is known. */
function maker(
  array: ArrayValue,
  name: string,
  args: readonly Value[],
): ((items: Value[]) => Value) | undefined {
  switch (name) {
    case 'push':
      return (items) => constant(items.push(...args))
    case 'unshift':
      return (items) => constant(items.unshift(...args))
    case 'pop':
      return (items) => items.pop() ?? UNDEFINED
    case 'shift':
      return (items) => items.shift() ?? UNDEFINED
    case 'reverse':
      return (items) => {
        items.reverse()
        return array
      }
    case 'splice':
      return spliceOf(args)
    case 'sort':
      return args.length > 0 || array.items.some((item) => textOfValue(item) === undefined)
        ? undefined
        : (items) => {
            items.sort((a, b) => byCodeUnit(textOfValue(a)!, textOfValue(b)!))
            return array
          }
    default:
      return undefined
  }
}

function spliceOf([start, count, ...added]: readonly Value[]): ((items: Value[]) => Value) | undefined {
  const [from, length] = [numberOf(start), numberOf(count)]
  if (from === undefined || (count !== undefined && length === undefined)) return undefined
  return (items) => ({ kind: 'array', items: items.splice(from, length ?? items.length, ...added) })
}

function numberOf(value: Value | undefined): number | undefined {
  return value?.kind === 'constant' && typeof value.value === 'number' ? value.value : undefined
}

/** Methods that call a function with each item. */
function withCallback(
  machine: Machine,
  items: readonly Value[],
  name: string,
  callback: FunctionValue,
  args: readonly Value[],
): Value | undefined {
  const call = (item: Value, index: number): Value => machine.call(callback, [item, constant(index)])
  switch (name) {
    case 'forEach':
      items.forEach(call)
      return UNDEFINED
    case 'map':
      return { kind: 'array', items: items.map(call) }
    case 'flatMap':
      return { kind: 'array', items: items.map(call).flatMap((item) => spread(item)) }
    case 'filter':
      return filtered(items, call)
    case 'reduce':
      return args.length < 2 ? undefined : reduced(machine, items, callback, args[1]!)
    default:
      return undefined
  }
}

function spread(item: Value): readonly Value[] {
  return item.kind === 'array' ? item.items : [item]
}

function filtered(items: readonly Value[], call: (item: Value, index: number) => Value): Value {
  const truths = items.map((item, index) => truthOf(call(item, index)))
  if (truths.includes(undefined)) return either(items)
  return { kind: 'array', items: items.filter((_, index) => truths[index]) }
}

/** `reduce`; where the callback is an async function, what it gives is awaited in it. */
function reduced(machine: Machine, items: readonly Value[], callback: FunctionValue, start: Value): Value {
  return items.reduce((before, item, index) => machine.call(callback, [before, item, constant(index)]), start)
}

/** Methods that only look at the items. */
function read(items: readonly Value[], name: string, args: readonly Value[]): Value | undefined {
  switch (name) {
    case 'join': {
      const texts = items.map(textOfValue)
      if (texts.includes(undefined)) return UNKNOWN
      return constant(texts.join(textOfValue(args[0]) ?? ','))
    }
    case 'concat':
      return args.some(({ kind }) => kind === 'unknown' || kind === 'holder')
        ? either([...items, ...args])
        : { kind: 'array', items: [...items, ...args.flatMap(spread)] }
    case 'includes':
      return includes(items, args[0] ?? UNDEFINED)
    case 'slice':
      return sliced(items, args)
    case 'entries':
      return {
        kind: 'array',
        items: items.map((item, at) => ({ kind: 'array', items: [constant(at), item] })),
      }
    case 'values':
      return { kind: 'array', items: [...items] }
    default:
      return undefined
  }
}

function includes(items: readonly Value[], value: Value): Value {
  const equal = items.map((item) => truthOf(binary('===', item, value)))
  if (equal.includes(true)) return constant(true)
  return equal.includes(undefined) ? UNKNOWN : constant(false)
}

function sliced(items: readonly Value[], args: readonly Value[]): Value | undefined {
  const numbers = args.map((arg) => plainValue(arg)?.value)
  if (numbers.some((number) => typeof number !== 'number')) return undefined
  return { kind: 'array', items: items.slice(...(numbers as [number?, number?])) }
}

/** What `Promise.all` gives of an array whose items were sent. */
export function allSettled(array: ArrayValue): Value {
  return { kind: 'array', items: array.items.map(settled) }
}
