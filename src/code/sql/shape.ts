import type { TSESTree } from '@typescript-eslint/utils'
import { staticKey } from '../reach/site.js'
import type { Node } from '../reach/site.js'
import type { Part } from './parts.js'

/** Stands for what is between pieces of text. */
const HOLE = '\u0001'

/** What stands in front of a statement: comments, parentheses. */
const LEADING = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/

const MAY_LEAD = /^[\s(/-]/

const OBJECT =
  '(?:table|type|view|function|procedure|trigger|policy|rule|index|domain|aggregate|cast|operator)'

/** What each kind of statement has beyond its verb. Prose that starts with the verb seldom has it. */
const STATEMENTS: readonly RegExp[] = [
  /^select\b[\s\S]*(?:\bfrom\b|::|[('"])/i,
  /^insert\s+into\b/i,
  new RegExp(String.raw`^update\b(?:[\s\S]*\bset\b|\s+[\w".]+\s*${HOLE})`, 'i'),
  /^delete\s+from\b/i,
  /^with\b[\s\S]*\bas\b/i,
  /^merge\s+into\b/i,
  /^values\s*\(/i,
  new RegExp(String.raw`^call\s+[\w".${HOLE}]+\s*\(`, 'i'),
  new RegExp(String.raw`^do\s+(?:language\b|[$'${HOLE}])`, 'i'),
  new RegExp(
    String.raw`^create\s+(?:(?:or\s+replace|temp\w*|unlogged|unique|materialized|recursive|constraint)\s+)*${OBJECT}\b`,
    'i',
  ),
  new RegExp(String.raw`^alter\s+(?:materialized\s+)?${OBJECT}\b`, 'i'),
  /^copy\b[\s\S]*\b(?:from|to)\b/i,
  /^(?:explain|declare|prepare)\b[\s\S]*\b(?:select|insert|update|delete|values)\b/i,
  /^execute\s+\w+\s*\(/i,
  // Scripts of several statements.
  /^(?:table|set|begin|comment|refresh|drop|truncate|start|lock|grant|savepoint|commit)\b[^;]*;/i,
]

const ANYWHERE =
  /\bselect\b[\s\S]*\bfrom\b|\binsert\s+into\b|\bupdate\b[\s\S]*\bset\b|\bdelete\s+from\b|\bmerge\s+into\b/i

/** The words that statements start with, as a regular expression. */
export const FIRST_WORDS =
  '(?:select|insert|update|delete|with|merge|values|call|do|create|alter|copy|explain|declare|prepare|execute|table|set|begin|comment|refresh|drop|truncate|start|lock|grant|savepoint|commit)'

/** The words that each kind of statement starts with: most text is told by its first word. */
const FIRST_WORD = new RegExp(String.raw`^${FIRST_WORDS}\b`, 'i')

/** True where text (with HOLE for what is not text) may be a statement. What begins with a hole may begin with anything. */
function looksLikeStatement(text: string): boolean {
  const start = MAY_LEAD.test(text) ? text.replace(LEADING, '') : text
  if (start.startsWith(HOLE)) return ANYWHERE.test(start)
  return FIRST_WORD.test(start) && STATEMENTS.some((pattern) => pattern.test(start))
}

/** A clause that may follow a statement which a name stands for: `${SELECT} WHERE id = $1`. */
const CLAUSE = new RegExp(
  `^${HOLE}\\s+(?:where|and|order\\s+by|set|values|returning|limit|(?:left\\s+)?join)\\b`,
  'i',
)

/** Cheap, for a node that makes text: by what is written in it, nothing followed. */
export function mayBeStatement(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && looksLikeStatement(node.value)
    case 'TemplateLiteral':
    case 'TaggedTemplateExpression':
    case 'BinaryExpression': {
      const text = writtenText(node)
      return looksLikeStatement(text) || CLAUSE.test(text)
    }
    default:
      return true
  }
}

function writtenText(node: Node): string {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : HOLE
    case 'TemplateLiteral':
      return node.quasis.map((q) => q.value.raw).join(HOLE)
    case 'TaggedTemplateExpression':
      return writtenText(node.quasi)
    case 'BinaryExpression':
      return node.operator === '+' ? writtenText(node.left) + writtenText(node.right) : HOLE
    default:
      return HOLE
  }
}

/** True where the parts put together start as a statement does. */
export function isStatement(parts: readonly Part[]): boolean {
  return looksLikeStatement(textOf(parts))
}

function textOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.source.decoded.text
      if (part.type === 'made') return part.text
      const [first] = part.fragments
      return first === undefined ? HOLE : textOf(first)
    })
    .join('')
}

/** True for a node that makes text by itself. */
export function isTextNode(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string'
    case 'TemplateLiteral':
    case 'TaggedTemplateExpression':
      return true
    case 'BinaryExpression':
      return node.operator === '+'
    case 'CallExpression':
      return makesText(node)
    default:
      return false
  }
}

/** Calls that put text together: `[...].join(' ')`, sql-template-strings' `.append(...)`. */
export function makesText(node: TSESTree.CallExpression): boolean {
  const name = node.callee.type === 'MemberExpression' ? staticKey(node.callee) : undefined
  return name === 'join' || name === 'append'
}
