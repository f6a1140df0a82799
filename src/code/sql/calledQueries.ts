import type { TSESTree } from '@typescript-eslint/utils'
import { onceForFunction } from '../called/entered.js'
import type { Entered } from '../called/entered.js'
import type { CodeContext } from '../context.js'
import { bindingOf } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { reach } from '../reach/reach.js'
import { walk } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import { newTrail } from '../reach/trail.js'
import type { CodeUse } from '../use.js'
import { callBindings } from './bindings.js'
import { isCertain } from './certain.js'
import { isForeignCall } from './foreign.js'
import { isForeignTag, namesOf, partsOf } from './parts.js'
import { MAY_HOLD_SQL } from './prefilter.js'
import { isStatement, isTextNode, mayBeStatement } from './shape.js'
import { isMessageCall } from './shown.js'
import { usesOfUnit } from './unit.js'
import type { Unit } from './unit.js'

/** SQL that a function runs, and the call that it is given to. */
interface Query {
  readonly text: Node
  readonly call?: TSESTree.CallExpression
  readonly index: number
}

/** The strings that a function of another file hands to SQL, as the call that enters it sees them. Never throws. */
export function usesOfQueries({ fn, file, seenFrom }: Entered, context: CodeContext): CodeUse[] {
  return queriesIn(fn)
    .filter(({ text }) => !isOfCallback(text, fn, file))
    .flatMap((query) => unitsOf(query, seenFrom))
    .filter((unit) => !isCertain(unit, context.project.catalog!))
    .flatMap((unit) => usesOfUnit(unit, context))
}

/** What a callback is given: an element of some list, which is seldom SQL and may be of many files. */
function isOfCallback(text: Node, fn: FunctionNode, file: SourceFile): boolean {
  const binding = text.type === 'Identifier' ? bindingOf(text, file) : undefined
  return binding?.kind === 'parameter' && binding.fn !== fn
}

/** The SQL in a function, also in the callbacks that it hands on. */
const queriesIn = onceForFunction((fn: FunctionNode): readonly Query[] => {
  const found: Query[] = []
  walk(fn.body, (node) => {
    if (node.type === 'CallExpression') {
      for (const [index, text] of node.arguments.slice(0, 3).entries()) {
        const mayBeText = isTextNode(text) ? mayBeStatement(text) : text.type === 'Identifier'
        if (mayBeText && index + 1 < node.arguments.length) found.push({ text, call: node, index })
      }
    } else if (node.type === 'TaggedTemplateExpression' && mayBeStatement(node)) {
      found.push({ text: node, index: 0 })
    }
  })
  return found
})

/** The SQL of a query, with its values, as the call that enters the function sees it. */
function unitsOf({ text, call, index }: Query, seenFrom: Entered['seenFrom']): Unit[] {
  const site = seenFrom(text)
  const { file, at } = site
  if (call && (isForeignCall(call, file) || isMessageCall(call))) return []
  if (text.type === 'TaggedTemplateExpression' && isForeignTag(text.tag)) return []
  const bindings = call && callBindings(seenFrom(call), call, index)
  const texts = isTextNode(text) ? [site] : reach(site, newTrail(MAY_HOLD_SQL)).sites
  return texts.flatMap((one): Unit[] => {
    const parts = isTextNode(one.node) && mayBeStatement(one.node) ? partsOf(one) : undefined
    if (parts === undefined || !isStatement(parts)) return []
    const link = `SQL that ${namesOf(at).at(-1) ?? 'the function'} runs`
    return [{ site: { ...one, at }, parts, link, ...(bindings && { bindings }) }]
  })
}
