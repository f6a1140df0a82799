import type { Machine } from './machine.js'
import { HOLDER, UNDEFINED, either, reaches, type ChangingValue, type Scope, type Value } from './values.js'

/** Sets a name where it was declared; after a part that may or may not run it is not known. */
export function assign(machine: Machine, scope: Scope, name: string, value: Value): void {
  const declaring = scope.declaring(name)
  const before = declaring.get(name) ?? UNDEFINED
  declaring.set(name, value)
  machine.steps.changed({
    isOfValue: true,
    undo: () => declaring.set(name, before),
    settle: () => declaring.set(name, either([before, value])),
  })
}

/** Changes an array or an object where it stands, which all that hold it see. */
export function change(machine: Machine, value: ChangingValue, make: () => void): void {
  const before = value.kind === 'array' ? [...value.items] : new Map(value.entries)
  make()
  const holds = reaches(value)
  machine.steps.changed({
    isOfValue: true,
    undo: () => Object.assign(value, Array.isArray(before) ? asArray(before) : asObject(before)),
    settle: () => Object.assign(value, { kind: holds ? HOLDER.kind : 'unknown' }),
  })
}

/** Nothing is known any more of an array or an object that something unknown changes. */
export function forget(machine: Machine, value: Value): void {
  if (value.kind !== 'array' && value.kind !== 'object') return
  const inner = value.kind === 'array' ? value.items : [...value.entries.values()]
  const holds = reaches(value)
  change(machine, value, () => Object.assign(value, { kind: holds ? HOLDER.kind : 'unknown' }))
  for (const item of inner) forget(machine, item)
}

function asArray(items: readonly Value[]): Value {
  return { kind: 'array', items: [...items] }
}

function asObject(entries: ReadonlyMap<string, Value>): Value {
  return { kind: 'object', entries: new Map(entries) }
}

/** `object.name = value`, `array[0] = value`: where it is not known what that changes, nothing of it is known any more. */
export function setMember(machine: Machine, object: Value, name: string | undefined, value: Value): void {
  if (object.kind === 'object' && name !== undefined) {
    change(machine, object, () => object.entries.set(name, value))
  } else if (object.kind === 'array' && isNext(name, object.items.length)) {
    change(machine, object, () => (object.items[Number(name)] = value))
  } else if (object.kind === 'array' && name === 'length' && value.kind === 'constant' && value.value === 0) {
    change(machine, object, () => (object.items.length = 0))
  } else if (object.kind === 'array' || object.kind === 'object') {
    forget(machine, object)
    if (reaches(value)) Object.assign(object, { kind: HOLDER.kind })
  }
}

/** Whether a name is the index of an item, or of the one that comes next. */
function isNext(name: string | undefined, length: number): boolean {
  return name !== undefined && /^\d+$/.test(name) && Number(name) <= length
}

/** `delete object.name`. */
export function deleteMember(machine: Machine, object: Value, name: string | undefined): void {
  if (object.kind === 'object' && name !== undefined)
    change(machine, object, () => object.entries.delete(name))
  else forget(machine, object)
}
