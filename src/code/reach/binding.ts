import type { TSESTree } from '@typescript-eslint/utils'
import { findVariable } from '@eslint-community/eslint-utils'
import { hasScopes, staticKey } from './site.js'
import type { Node, SourceFile } from './site.js'

export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression

/** What a name is bound to. */
export type Binding =
  | {
      readonly kind: 'variable'
      readonly declarator: TSESTree.VariableDeclarator
      readonly identifier: Node
      /** Undefined where all that is written is the initial value; else each assigned expression. */
      readonly writes?: readonly Node[]
    }
  | {
      readonly kind: 'parameter'
      readonly fn: FunctionNode
      readonly index: number
      readonly identifier: Node
    }
  | { readonly kind: 'import'; readonly source: string; readonly imported: string; readonly identifier: Node }
  | { readonly kind: 'declaration'; readonly node: Node }

/** What the identifier `node` of `file` is bound to; undefined for globals and for what can't be followed. */
export function bindingOf(
  node: TSESTree.Identifier | TSESTree.JSXIdentifier,
  file: SourceFile,
): Binding | undefined {
  return hasScopes(file) ? scopedBinding(node, file) : importedBinding(node, file)
}

export function isFunction(node: Node | undefined | null): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  )
}

/** The function that a node is in. */
export function functionAround(node: Node): FunctionNode | undefined {
  let at: Node | null | undefined = node.parent
  while (at != null && !isFunction(at)) at = at.parent
  return at ?? undefined
}

/** The body of the class that a node is in. */
export function classAround(node: Node): TSESTree.ClassBody | undefined {
  let at: Node | null | undefined = node.parent
  while (at != null && at.type !== 'ClassBody') at = at.parent
  return at ?? undefined
}

/**
 * What declares `this.key` where `node` stands: a property of the class around, or the name of a parameter of its constructor that is
 * one (`private readonly repo: Repo`).
 */
export function fieldOf(
  node: Node,
  key: string | undefined,
): TSESTree.PropertyDefinition | TSESTree.Identifier | undefined {
  for (const member of classAround(node)?.body ?? []) {
    if (member.type === 'PropertyDefinition' && staticKey(member) === key) return member
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue
    for (const one of member.value.params) {
      const pattern = one.type === 'TSParameterProperty' ? one.parameter : undefined
      const name = pattern?.type === 'AssignmentPattern' ? pattern.left : pattern
      if (name?.type === 'Identifier' && name.name === key) return name
    }
  }
  return undefined
}

interface Definition {
  readonly type: string
  readonly name: Node
  readonly node: Node
  readonly parent?: Node | null
}

/** A variable of ESLint's scope manager. */
export interface Variable {
  readonly defs: readonly Definition[]
  readonly references: readonly {
    identifier: Node
    isWrite(): boolean
    init?: boolean
    writeExpr?: Node | null
  }[]
}

/** Several questions are asked of most names. */
const variables = new WeakMap<SourceFile, Map<Node, Variable | undefined>>()

/** The scope manager's variable for an identifier of a file that has scopes. */
export function variableOf(node: Node, file: SourceFile): Variable | undefined {
  if (node.type !== 'Identifier') return undefined
  let known = variables.get(file)
  if (known === undefined) variables.set(file, (known = new Map()))
  let variable = known.get(node)
  if (variable === undefined && !known.has(node)) {
    const scope = scopeOf(node, file)
    variable = (findVariable(scope as never, node as never) ?? undefined) as unknown as Variable | undefined
    known.set(node, variable)
  }
  return variable
}

/** The innermost scope that a node is in, as ESLint's `sourceCode.getScope` gives it. */
function scopeOf(node: Node, { scopes, context }: SourceFile): unknown {
  if (scopes === undefined) return (context.sourceCode.getScope as (n: Node) => unknown)(node)
  for (let at: Node | null | undefined = node; at != null; at = at.parent) {
    const scope = scopes.acquire(at, node.type !== 'Program')
    if (scope) return scope.type === 'function-expression-name' ? scope.childScopes[0] : scope
  }
  return scopes.scopes[0]
}

function scopedBinding(node: Node, file: SourceFile): Binding | undefined {
  const variable = variableOf(node, file)
  const definition = variable?.defs[0]
  if (variable === undefined || definition === undefined) return undefined
  switch (definition.type) {
    case 'Variable': {
      const declarator = definition.node
      if (declarator.type !== 'VariableDeclarator') return undefined
      const writes = variable.references.filter((r) => r.isWrite() && r.init !== true).map((r) => r.writeExpr)
      const binding = { kind: 'variable', declarator, identifier: definition.name } as const
      if (declarator.parent.type === 'VariableDeclaration' && isLoopHead(declarator.parent)) return binding
      if (writes.length === 0 && variable.defs.length === 1) return binding
      return { ...binding, writes: writes.filter((w) => w !== undefined && w !== null) }
    }
    case 'Parameter':
      if (variable.references.some((r) => r.isWrite() && r.init !== true)) return undefined
      return isFunction(definition.node) ? parameterBinding(definition.node, definition.name) : undefined
    case 'ImportBinding': {
      const parent = definition.parent
      if (parent?.type !== 'ImportDeclaration') return undefined
      return importBinding(definition.node, parent.source.value, definition.name)
    }
    case 'FunctionName':
    case 'ClassName':
    case 'TSEnumName':
    case 'TSModuleName':
      return { kind: 'declaration', node: definition.node }
    default:
      return undefined
  }
}

function isLoopHead(declaration: TSESTree.VariableDeclaration): boolean {
  const loop = declaration.parent as Node | undefined
  return (loop?.type === 'ForOfStatement' || loop?.type === 'ForInStatement') && loop.left === declaration
}

function parameterBinding(fn: FunctionNode, identifier: Node): Binding | undefined {
  const index = fn.params.findIndex(
    (p) => p.range[0] <= identifier.range[0] && identifier.range[1] <= p.range[1],
  )
  return index < 0 ? undefined : { kind: 'parameter', fn, index, identifier }
}

function importBinding(specifier: Node, source: string, identifier: Node): Binding | undefined {
  switch (specifier.type) {
    case 'ImportDefaultSpecifier':
      return { kind: 'import', source, imported: 'default', identifier }
    case 'ImportNamespaceSpecifier':
      return { kind: 'import', source, imported: '*', identifier }
    case 'ImportSpecifier': {
      const { imported } = specifier
      const name = imported.type === 'Identifier' ? imported.name : imported.value
      return { kind: 'import', source, imported: name, identifier }
    }
    default:
      return undefined
  }
}

/**
 * For imported files, which have no scope analysis: walks up the enclosing blocks and takes the declaration found
 * there. A name that is ever assigned to is given up.
 */
function importedBinding(node: Node, file: SourceFile): Binding | undefined {
  const name = (node as TSESTree.Identifier).name
  for (let scope: Node | null | undefined = node.parent; scope != null; scope = scope.parent) {
    if (isFunction(scope)) {
      for (const param of scope.params) {
        const identifier = identifierIn(param, name)
        if (identifier !== undefined) return parameterBinding(scope, identifier)
      }
    }
    if (scope.type !== 'BlockStatement' && scope.type !== 'Program' && scope.type !== 'StaticBlock') continue
    const found = declaredIn(scope.body, name)
    if (found === undefined) continue
    if (found.kind === 'variable' && isAssigned(file.ast, name)) return undefined
    return found
  }
  return undefined
}

/** The declaration of `name` among statements. */
export function declaredIn(statements: readonly Node[], name: string): Binding | undefined {
  for (const statement of statements) {
    const declaration = exportedDeclaration(statement)
    if (declaration.type === 'VariableDeclaration') {
      for (const declarator of declaration.declarations) {
        const identifier = identifierIn(declarator.id, name)
        if (identifier !== undefined) return { kind: 'variable', declarator, identifier }
      }
    } else if (declaration.type === 'ImportDeclaration') {
      for (const specifier of declaration.specifiers) {
        if (specifier.local.name === name)
          return importBinding(specifier, declaration.source.value, specifier.local)
      }
    } else if (
      (declaration.type === 'FunctionDeclaration' ||
        declaration.type === 'ClassDeclaration' ||
        declaration.type === 'TSEnumDeclaration' ||
        declaration.type === 'TSModuleDeclaration') &&
      declaration.id?.type === 'Identifier' &&
      declaration.id.name === name
    ) {
      return { kind: 'declaration', node: declaration }
    }
  }
  return undefined
}

function exportedDeclaration(statement: Node): Node {
  if (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') {
    return statement.declaration ?? statement
  }
  return statement
}

/** The identifier that binds `name` in a pattern. */
export function identifierIn(pattern: Node | null, name: string): Node | undefined {
  switch (pattern?.type) {
    case 'Identifier':
      return pattern.name === name ? pattern : undefined
    case 'AssignmentPattern':
      return identifierIn(pattern.left, name)
    case 'RestElement':
      return identifierIn(pattern.argument, name)
    case 'TSParameterProperty':
      return identifierIn(pattern.parameter, name)
    case 'ArrayPattern':
      return firstOf(pattern.elements, (element) => identifierIn(element, name))
    case 'ObjectPattern':
      return firstOf(pattern.properties, (property) =>
        identifierIn(property.type === 'RestElement' ? property : property.value, name),
      )
    default:
      return undefined
  }
}

function firstOf<T, R>(items: readonly T[], get: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const got = get(item)
    if (got !== undefined) return got
  }
  return undefined
}

const assigned = new WeakMap<Node, Set<string>>()

function isAssigned(program: TSESTree.Program, name: string): boolean {
  let names = assigned.get(program)
  if (names === undefined) {
    names = new Set()
    for (const [, target] of assignments(program)) names.add(target)
    assigned.set(program, names)
  }
  return names.has(name)
}

function* assignments(root: Node): Generator<[Node, string]> {
  const stack: Node[] = [root]
  while (stack.length > 0) {
    const node = stack.pop()!
    if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') yield [node, node.left.name]
    if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier')
      yield [node, node.argument.name]
    for (const key in node) {
      if (key === 'parent') continue
      const child = (node as unknown as Record<string, unknown>)[key]
      for (const item of Array.isArray(child) ? child : [child]) {
        if (typeof item === 'object' && item !== null && typeof (item as Node).type === 'string')
          stack.push(item as Node)
      }
    }
  }
}
