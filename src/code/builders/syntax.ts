import type { TSESTree } from '@typescript-eslint/utils'

export type Node = TSESTree.Node
export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression

/** The expression under `as T`, `satisfies T`, `!`, `await` and `?.`: what the value is, whatever it is called. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ChainExpression':
      return unwrap(node.expression)
    case 'AwaitExpression':
      return unwrap(node.argument)
    default:
      return node
  }
}

/** The expression around `node` that only wraps it, outward as far as that goes: the reverse of `unwrap`. */
export function outermost(node: Node): Node {
  let outer = node
  while (outer.parent && outer.parent !== outer && unwrap(outer.parent) === unwrap(node)) outer = outer.parent
  return outer
}

/** The string of a literal or of a template without holes. */
export function stringOf(node: Node | null | undefined): string | undefined {
  if (!node) return undefined
  const inner = unwrap(node)
  if (inner.type === 'Literal') return typeof inner.value === 'string' ? inner.value : undefined
  if (inner.type === 'TemplateLiteral' && inner.expressions.length === 0)
    return inner.quasis[0]!.value.cooked ?? undefined
  return undefined
}

/** The name of a property, method or member, where it is written out. */
export function keyOf(node: {
  readonly key: Node
  readonly computed?: boolean | undefined
}): string | undefined {
  if (!node.computed && node.key.type === 'Identifier') return node.key.name
  return stringOf(node.key)
}

/** `status` of `x.status` and `x['status']`. */
export function memberName(node: TSESTree.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
  return stringOf(node.property)
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'FunctionDeclaration'
  )
}

/** The name and the type arguments of a type reference: `Repository<Workspace>` → `Repository`, `[Workspace]`. */
export function typeReference(
  type: TSESTree.TypeNode | undefined,
): { readonly name: string; readonly args: readonly TSESTree.TypeNode[] } | undefined {
  if (type?.type === 'TSImportType') return undefined
  if (type?.type !== 'TSTypeReference') return undefined
  const { typeName } = type
  const name =
    typeName.type === 'Identifier'
      ? typeName.name
      : typeName.type === 'TSQualifiedName'
        ? typeName.right.name
        : undefined
  return name === undefined ? undefined : { name, args: type.typeArguments?.params ?? [] }
}

/** The strings of a literal type or of a union of them: `'workspaces' | 'w'`. Undefined for any other type. */
export function stringsOfType(type: TSESTree.TypeNode | undefined): string[] | undefined {
  if (type?.type === 'TSLiteralType') {
    const value = stringOf(type.literal)
    return value === undefined ? undefined : [value]
  }
  if (type?.type !== 'TSUnionType') return undefined
  const members = type.types.map(stringsOfType)
  return members.every((member) => member !== undefined) ? members.flat() : undefined
}
