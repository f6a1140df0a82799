import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import { bindingOf, fieldOf, isFunction } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { stringsTestedIn } from '../reach/narrow.js'
import { memberOfClass, reach } from '../reach/reach.js'
import { siteOf, staticKey, walk } from '../reach/site.js'
import type { Frame, Node, Site } from '../reach/site.js'
import { newTrail } from '../reach/trail.js'
import type { CodeUse } from '../use.js'
import { callBindings } from './bindings.js'
import { isCertain } from './certain.js'
import { isForeignCall, isForeignFile } from './foreign.js'
import { isForeignTag, namesOf, partsOf } from './parts.js'
import { HOLDS_SQL, MAY_HOLD_SQL } from './prefilter.js'
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

/**
 * The strings that the linted file gives to functions of other files which run SQL with them: `setStatus(id, 'online')`, where the
 * function has `db.query('UPDATE workspaces SET status = $2 WHERE id = $1', [id, status])`. Methods count, of objects, of classes, and
 * of what is declared to be of a class. In the order of the calls; never throws.
 */
export function findCalledQueryUses(context: CodeContext): CodeUse[] {
  const { catalog } = context.project
  if (catalog === undefined) return []
  return nodesOf(context)
    .of('CallExpression')
    .flatMap((call) => {
      if (!call.arguments.some(mayGiveString) || call.arguments.some(isSpread)) return []
      return functionsOf(call.callee, context).flatMap((fn) => usesOfCall(call, fn, context))
    })
}

/** A string, or an object that may hold one; a name only where it may be that of a constant. */
function mayGiveString(argument: Node): boolean {
  switch (argument.type) {
    case 'Literal':
      return typeof argument.value === 'string'
    case 'ObjectExpression':
      return argument.properties.some((p) => p.type === 'Property' && mayGiveString(p.value))
    case 'ArrayExpression':
      return argument.elements.some((element) => element !== null && mayGiveString(element))
    case 'ConditionalExpression':
      return mayGiveString(argument.consequent) || mayGiveString(argument.alternate)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return mayGiveString(argument.expression)
    case 'MemberExpression':
      return argument.object.type === 'Identifier' && /^[A-Z]/.test(argument.object.name)
    case 'Identifier':
      return /^[A-Z]/.test(argument.name)
    default:
      return false
  }
}

function isSpread({ type }: Node): boolean {
  return type === 'SpreadElement'
}

/** The functions of other files that a callee may be. */
function functionsOf(callee: Node, context: CodeContext): (Site & { readonly node: FunctionNode })[] {
  const { sites } = reach(siteOf(callee, context), newTrail(HOLDS_SQL))
  const found =
    callee.type === 'MemberExpression' && !sites.some(isFunctionSite) ? methodsOf(callee, context) : sites
  return found.filter(isFunctionSite).filter(({ file }) => !file.linted && !isForeignFile(file))
}

function isFunctionSite(site: Site): site is Site & { readonly node: FunctionNode } {
  return isFunction(site.node) && !site.node.generator
}

/** `repo.setStatus`, where `repo` is declared to be of a class: a parameter, a variable, a field. */
function methodsOf(callee: TSESTree.MemberExpression, context: CodeContext): readonly Site[] {
  const type = classNameOf(callee.object, context)
  const key = staticKey(callee)
  if (type === undefined || key === undefined) return []
  return memberOfClass(siteOf(type, context), key, false, newTrail(HOLDS_SQL)).sites
}

/** The name of the type in the declaration of a variable, a parameter, or a field of the class around. */
function classNameOf(object: Node, context: CodeContext): TSESTree.Identifier | undefined {
  const { file } = siteOf(object, context)
  if (object.type === 'MemberExpression' && object.object.type === 'ThisExpression') {
    return typeName(fieldOf(object, staticKey(object)))
  }
  if (object.type !== 'Identifier') return undefined
  const binding = bindingOf(object, file)
  if (binding?.kind === 'parameter') return typeName(binding.fn.params[binding.index])
  return binding?.kind === 'variable' ? typeName(binding.declarator.id) : undefined
}

function typeName(declared: Node | undefined): TSESTree.Identifier | undefined {
  if (declared?.type !== 'Identifier' && declared?.type !== 'PropertyDefinition') return undefined
  const type = declared.typeAnnotation?.typeAnnotation
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName : undefined
}

const queries = new WeakMap<Node, readonly Query[]>()

/** The SQL in a function, also in the callbacks that it hands on. */
function queriesIn(fn: FunctionNode): readonly Query[] {
  const known = queries.get(fn)
  if (known !== undefined) return known
  const found: Query[] = []
  queries.set(fn, found)
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
}

function usesOfCall(
  call: TSESTree.CallExpression,
  fn: Site & { readonly node: FunctionNode },
  context: CodeContext,
): CodeUse[] {
  const tested = stringsTestedIn(fn.node)
  if (tested === undefined) return []
  const frame: Frame = { fn: fn.node, args: call.arguments, caller: siteOf(call, context) }
  const seenFrom = (node: Node): Site => ({ node, file: fn.file, at: call.callee, frame })
  const units = queriesIn(fn.node).flatMap((query) => unitsOf(query, seenFrom))
  // What the function holds itself is looked at in its own file.
  const isGiven = ({ value, range: [start, end] }: CodeUse): boolean =>
    value !== '' &&
    !tested.has(value) &&
    call.arguments.some(({ range }) => range[0] <= start && end <= range[1])
  return units
    .filter((unit) => !isCertain(unit, context.project.catalog!))
    .flatMap((unit) => usesOfUnit(unit, context))
    .filter(isGiven)
}

/** The SQL of a query, with its values, as the call that enters the function sees it. */
function unitsOf({ text, call, index }: Query, seenFrom: (node: Node) => Site): Unit[] {
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
