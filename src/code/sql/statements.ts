import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import type { Node } from '../reach/site.js'
import { mayBeStatement } from './shape.js'

/** Shorter than any statement. */
const MIN_LENGTH = 9

const known = new WeakMap<object, readonly Node[]>()

/** The templates and strings of the linted file that may be statements by what they say, nothing followed. */
export function statementTexts(context: CodeContext): readonly Node[] {
  const { sourceCode } = context
  let texts = known.get(sourceCode)
  if (texts === undefined) {
    const nodes = nodesOf(context)
    const found: Node[] = []
    for (const node of nodes.of('TemplateLiteral')) if (mayBeStatement(node)) found.push(node)
    for (const node of nodes.of('Literal')) {
      if (typeof node.value === 'string' && node.value.length >= MIN_LENGTH && mayBeStatement(node))
        found.push(node)
    }
    known.set(sourceCode, (texts = found))
  }
  return texts
}
