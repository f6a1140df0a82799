import { entriesOf } from '../reach/collections.js'
import type { Entry } from '../reach/collections.js'
import { within } from '../reach/site.js'
import type { Site, SourceFile } from '../reach/site.js'
import { namesOf, quoteIdentifier, valueHole } from './parts.js'
import type { Part } from './parts.js'

/**
 * What a hole of zapatos' `sql` stands for (its documentation, "SQL template strings"): a string names a table or column, an object is a
 * condition, `cols` and `vals` write out an object, and only `param` is a value. Undefined for what is read like another tag's hole.
 */
export function zapatosParts(site: Site): Part[] | undefined {
  const { node } = site
  if (!usesZapatos(site.file)) return undefined
  if (node.type === 'Literal' && typeof node.value === 'string') return [made(site, nameOf(node.value))]
  if (node.type === 'ObjectExpression') {
    const conditions = eachOf(entriesOf(site).entries, site, ' AND ', (entry) => [
      made(site, `${quoteIdentifier(entry.key)} = `),
      valueOf(entry.value),
    ])
    return [made(site, '('), ...conditions, made(site, ')')]
  }
  if (node.type !== 'CallExpression') return undefined
  const [first] = node.arguments
  const given = first && within(site, first)
  switch (given && namesOf(node.callee).at(-1)) {
    case 'param':
      return [valueHole(given!)]
    case 'cols':
      return eachOf(entriesOf(given!).entries, site, ', ', ({ key }) => [made(site, quoteIdentifier(key))])
    case 'vals':
      return eachOf(entriesOf(given!).entries, site, ', ', ({ value }) => [valueOf(value)])
    default:
      return undefined
  }
}

const made = (site: Site, text: string): Part => ({ type: 'made', text, at: site.at })

const nameOf = (name: string): string => name.split('.').map(quoteIdentifier).join('.')

/** A value in an object needs no `param`. */
function valueOf(value: Site): Part {
  const { node } = value
  const [first] =
    node.type === 'CallExpression' && namesOf(node.callee).at(-1) === 'param' ? node.arguments : []
  return valueHole(first === undefined ? value : within(value, first))
}

function eachOf(
  entries: readonly Entry[],
  site: Site,
  between: string,
  write: (entry: Entry) => Part[],
): Part[] {
  return entries.flatMap((entry, i) => (i === 0 ? write(entry) : [made(site, between), ...write(entry)]))
}

const files = new WeakMap<object, boolean>()

function usesZapatos({ ast }: SourceFile): boolean {
  let known = files.get(ast)
  if (known === undefined) {
    known = ast.body.some((s) => s.type === 'ImportDeclaration' && /^zapatos(?:\/|$)/.test(s.source.value))
    files.set(ast, known)
  }
  return known
}
