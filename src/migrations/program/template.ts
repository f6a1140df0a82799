import { STAND_IN } from '../../sql/standIn.js'
import type { Machine } from './machine.js'
import { literal } from './text.js'
import type { Template } from './tool.js'
import { plainValue, type Value } from './values.js'

/** A statement in a tagged template, its values put in as constants, what is raw as it is; sent when it is awaited. */
export function rawTemplate(machine: Machine, { texts, parts, node }: Template): Value {
  const texted = parts.map((part) => {
    if (part.kind === 'raw') return part.sql
    const plain = plainValue(part)
    return plain && literal(plain.value)
  })
  const whole = texts
    .map((text, index) => (index === 0 ? '' : (texted[index - 1] ?? STAND_IN)) + text)
    .join('')
  const isKnown = !texted.includes(undefined)
  return {
    kind: 'raw',
    sql: isKnown ? whole : undefined,
    line: machine.lineOf(node.quasi),
    text: machine.textOf(node),
    ...(isKnown ? {} : { statement: whole }),
  }
}
