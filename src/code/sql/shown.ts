import type { TSESTree } from '@typescript-eslint/utils'
import type { Node } from '../reach/site.js'
import { namesOf } from './parts.js'

/** Attributes whose text is shown to a person. */
const SHOWN_ATTRIBUTE =
  /^(?:title|placeholder|label|alt|aria-[\w-]+|description|summary|tooltip|caption|heading|helperText|message)$/

/** Functions that are given the name of a test. */
const NAMES_A_TEST = /^(?:x|f)?(?:it|test|describe|suite|context|specify|bench|each|only|skip|todo)$/

/** True for text that is shown to a person and run nowhere, although it may read as SQL: in JSX, a message, the name of a test. */
export function isShown(node: Node): boolean {
  const { parent } = node
  switch (parent?.type) {
    case 'JSXAttribute':
      return isShownAttribute(parent)
    case 'JSXExpressionContainer':
      return parent.parent.type !== 'JSXAttribute' || isShownAttribute(parent.parent)
    case 'NewExpression':
    case 'CallExpression':
      return parent.arguments[0] === node && isMessageCall(parent)
    default:
      return false
  }
}

function isShownAttribute({ name }: TSESTree.JSXAttribute): boolean {
  return name.type === 'JSXIdentifier' && SHOWN_ATTRIBUTE.test(name.name)
}

const LOGGER = /^(?:console|\w*log(?:ger)?)$/i
const LOGS = /^(?:log|info|warn|warning|error|debug|trace|fatal|verbose|notice)$/

/** `new Error(...)`, `console.log(...)`, `it(..., () => {})` */
export function isMessageCall(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const names = namesOf(call.callee)
  const [first = ''] = names
  const [owner = '', name = ''] = ['', ...names].slice(-2)
  if (/(?:Error|Exception)$/.test(name)) return true
  if (LOGS.test(name) && (LOGGER.test(owner) || names.length === 1)) return true
  return call.type === 'CallExpression' && names.every((name) => NAMES_A_TEST.test(name)) && first !== ''
}
