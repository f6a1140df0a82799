import { variableOf } from './binding.js'
import type { Variable } from './binding.js'
import { staticKey } from './site.js'
import type { Node, SourceFile } from './site.js'

/** A variable, or a property of one, that conditions may tell of. */
export interface Subject {
  /** The expressions that are it: `status`, `input.status`. */
  readonly references: readonly Node[]
  /** What else it is a part of, where that is named: `input`, of `input.status`. */
  readonly wholes: readonly Node[]
  readonly isParameter: boolean
}

const known = new WeakMap<Variable, Map<string, Subject>>()

/** What `node` is a reference to; undefined for an import, a constant, and for what is no name or property of one. */
export function subjectAt(node: Node, file: SourceFile): Subject | undefined {
  const path = pathOf(node)
  const variable = path && variableOf(path.root, file)
  if (path === undefined || variable === undefined || isFixed(variable, path.keys.length > 0))
    return undefined
  const ofVariable = known.get(variable) ?? new Map<string, Subject>()
  known.set(variable, ofVariable)
  const key = path.keys.join('\0')
  let subject = ofVariable.get(key)
  if (subject === undefined) ofVariable.set(key, (subject = subjectOf(variable, path.keys)))
  return subject
}

function subjectOf({ references, defs }: Variable, keys: readonly string[]): Subject {
  const found: Node[] = []
  const wholes: Node[] = []
  for (const { identifier } of references) {
    let node = withoutType(identifier)
    let depth = 0
    for (; depth < keys.length; depth++) {
      const { parent } = node
      if (parent?.type !== 'MemberExpression' || parent.object !== node || staticKey(parent) !== keys[depth])
        break
      node = withoutType(parent)
    }
    if (depth === keys.length) found.push(keys.length === 0 ? identifier : node)
    else if (node.parent?.type !== 'MemberExpression') wholes.push(node)
  }
  return { references: found, wholes, isParameter: defs[0]?.type === 'Parameter' }
}

/** `input.status` as the name `input` and its keys. */
function pathOf(node: Node): { readonly root: Node; readonly keys: readonly string[] } | undefined {
  switch (node.type) {
    case 'Identifier':
      return { root: node, keys: [] }
    case 'TSNonNullExpression':
    case 'ChainExpression':
      return pathOf(node.expression)
    case 'MemberExpression': {
      const key = staticKey(node)
      const path = key === undefined ? undefined : pathOf(node.object)
      return path && { root: path.root, keys: [...path.keys, key!] }
    }
    default:
      return undefined
  }
}

/** The expression around a name that only says of which type it is, or that it is there. */
function withoutType(node: Node): Node {
  const { parent } = node
  const isWrapped =
    parent?.type === 'TSNonNullExpression' ||
    (parent?.type === 'ChainExpression' && parent.parent.type === 'MemberExpression')
  return isWrapped ? withoutType(parent) : node
}

/** `const status = 'online'`, `const STATUS = { ... }`: whatever it is compared with, its value is written there. */
function isFixed({ defs, references }: Variable, isMember: boolean): boolean {
  const [definition] = defs
  if (definition?.type === 'Parameter') return false
  if (definition?.type !== 'Variable') return true
  if (definition.node.type !== 'VariableDeclarator') return false
  const { id, init } = definition.node
  const written = isMember ? /^(?:Object|Array)Expression$/ : /^(?:Template)?Literal$/
  return (
    id.type === 'Identifier' &&
    init !== null &&
    written.test(bare(init).type) &&
    references.every((one) => !one.isWrite() || one.init === true)
  )
}

function bare(node: Node): Node {
  return node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression'
    ? bare(node.expression)
    : node
}
