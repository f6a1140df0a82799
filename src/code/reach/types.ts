import type { ParserServices } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import type { Node } from './site.js'

/** What this file needs of TypeScript's checker, which the published package does not import. */
interface Type {
  readonly types?: readonly Type[]
  readonly aliasSymbol?: { readonly name: string }
  readonly value?: unknown
  isUnion(): boolean
  isStringLiteral(): boolean
  readonly flags: number
  getNumberIndexType?(): Type | undefined
}

interface TypedServices {
  getTypeAtLocation?(node: Node): Type
}

/**
 * The members of a union of string literals (or the one literal) that the type checker gives `node`; undefined without
 * types, and for types that hold other strings. Members that are no strings (null, numbers) are left out.
 */
export function typeMembers(node: Node, context: CodeContext): { value: string; node: Node }[] | undefined {
  return membersOf(node, context, (type) => type)
}

/** {@link typeMembers} of the elements of an array. */
export function typeElementMembers(node: Node, context: CodeContext): ReturnType<typeof typeMembers> {
  return membersOf(node, context, (type) => type.getNumberIndexType?.())
}

function membersOf(
  node: Node,
  context: CodeContext,
  part: (type: Type) => Type | undefined,
): { value: string; node: Node }[] | undefined {
  const services = context.services as (ParserServices & TypedServices) | undefined
  if (services?.program === undefined || services.program === null) return undefined
  try {
    const whole = services.getTypeAtLocation?.(node as never) as unknown as Type | undefined
    const type = whole && part(whole)
    if (type === undefined) return undefined
    const members = type.isUnion() ? (type.types ?? []) : [type]
    const values: { value: string; node: Node }[] = []
    for (const member of members) {
      if (member.isStringLiteral()) values.push({ value: String(member.value), node })
      else if (!isNullish(member)) return undefined
    }
    return values.length > 0 ? values : undefined
  } catch {
    return undefined
  }
}

/** null and undefined, told by their name: the numbers of TypeFlags differ between versions of TypeScript. */
function isNullish(type: Type): boolean {
  const { intrinsicName } = type as { intrinsicName?: unknown }
  return intrinsicName === 'null' || intrinsicName === 'undefined'
}
