import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, fieldOf, isFunction } from '../reach/binding.js'
import type { FunctionNode } from '../reach/binding.js'
import { memberOfClass, reach } from '../reach/reach.js'
import { staticKey, UNKNOWN, within } from '../reach/site.js'
import type { Node, Reached, Site } from '../reach/site.js'
import type { Wanted } from '../reach/texts.js'
import { newTrail } from '../reach/trail.js'
import { implementationOf } from './implementations.js'
import { functionsWrapped } from './wrapped.js'

/** A function, in the file that declares it. */
export type FunctionSite = Site & { readonly node: FunctionNode }

/**
 * The functions that the callee of a call may be: by its name, also as a member of an object or a class, or a method of what is declared
 * to be of a class. In other files only those are found whose text has what is wanted. Never throws.
 */
export function functionsOf(callee: Site, wanted: Wanted): FunctionSite[] {
  return sitesOf(callee, wanted).sites.flatMap((site) =>
    isFunctionSite(site) ? [site] : functionsWrapped(site).filter(isFunctionSite),
  )
}

/** The one function that the callee of a call surely is, whose result is the call's. In other files as for {@link functionsOf}. */
export function functionOf(callee: Site, wanted: Wanted): FunctionSite | undefined {
  const { sites, complete } = sitesOf(callee, wanted)
  const [site] = sites
  return complete && sites.length === 1 && isFunctionSite(site!) ? site : undefined
}

function sitesOf(callee: Site, wanted: Wanted): Reached {
  const reached = reach(callee, newTrail(wanted))
  const { node } = callee
  return node.type === 'MemberExpression' && !reached.sites.some(isFunctionSite)
    ? methodsOf(callee, node, wanted)
    : reached
}

function isFunctionSite(site: Site): site is FunctionSite {
  return isFunction(site.node) && !site.node.generator
}

/** `repo.setStatus`, where `repo` is declared to be of a class. */
function methodsOf(callee: Site, { object, ...member }: TSESTree.MemberExpression, wanted: Wanted): Reached {
  const key = staticKey(member)
  const type = key === undefined ? undefined : typeOf(within(callee, object))
  if (type === undefined) return UNKNOWN
  const declared = memberOfClass(type, key!, false, newTrail(wanted))
  const implementation = declared.sites.length > 0 ? undefined : implementationOf(type, wanted)
  return implementation ? memberOfClass(implementation, key!, false, newTrail(wanted)) : declared
}

/** The name of the type in the declaration of a variable, a parameter, a field of the class around, or a property of one of them. */
function typeOf(site: Site): (Site & { readonly node: TSESTree.Identifier }) | undefined {
  const type = declaredType(site)
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier'
    ? { ...within(site, type.typeName), node: type.typeName }
    : undefined
}

function declaredType(site: Site): TSESTree.TypeNode | undefined {
  const { node, file } = site
  if (node.type === 'MemberExpression') {
    const key = staticKey(node)
    if (node.object.type === 'ThisExpression') return annotationOf(fieldOf(node, key))
    return propertyType(declaredType(within(site, node.object)), key)
  }
  const binding = node.type === 'Identifier' ? bindingOf(node, file) : undefined
  if (node.type !== 'Identifier' || (binding?.kind !== 'parameter' && binding?.kind !== 'variable'))
    return undefined
  const declared = binding.kind === 'parameter' ? binding.fn.params[binding.index] : binding.declarator.id
  const pattern = declared?.type === 'TSParameterProperty' ? declared.parameter : declared
  if (pattern === binding.identifier) return annotationOf(pattern)
  // `{ repo }: { repo: WorkspaceRepo }`
  if (pattern?.type !== 'ObjectPattern') return undefined
  const property = pattern.properties.find(
    (one) => one.type === 'Property' && one.value === binding.identifier,
  )
  return property && propertyType(annotationOf(pattern), staticKey(property as TSESTree.Property))
}

function annotationOf(declared: Node | undefined): TSESTree.TypeNode | undefined {
  return declared !== undefined && 'typeAnnotation' in declared
    ? (declared.typeAnnotation as TSESTree.TSTypeAnnotation | undefined)?.typeAnnotation
    : undefined
}

/** The type of a property of a type that is written in place. */
function propertyType(
  type: TSESTree.TypeNode | undefined,
  key: string | undefined,
): TSESTree.TypeNode | undefined {
  if (type?.type !== 'TSTypeLiteral' || key === undefined) return undefined
  return annotationOf(
    type.members.find((member) => member.type === 'TSPropertySignature' && staticKey(member) === key),
  )
}
