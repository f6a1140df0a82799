import { findVariable } from '@eslint-community/eslint-utils'
import type { TSESLint, TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { importedSources } from '../reach/modules.js'

/** The variable that a name means at a node; types too, where the parser knows types. Never throws. */
export function variableAt(
  context: CodeContext,
  node: TSESTree.Node,
  name: string,
): TSESLint.Scope.Variable | undefined {
  const scope = context.sourceCode.getScope(node)
  // The utility's types are those of ESLint's own tree.
  return (findVariable(scope as never, name) ?? undefined) as TSESLint.Scope.Variable | undefined
}

/** The variable that a name means at the top of the file, in whatever kind of file. */
export function topVariable(context: CodeContext, name: string): TSESLint.Scope.Variable | undefined {
  for (const scope of context.sourceCode.scopeManager?.scopes ?? []) {
    if (scope.type !== 'module' && scope.type !== 'global') continue
    const variable = scope.set.get(name)
    if (variable && variable.defs.length > 0) return variable
  }
  return undefined
}

/** Where a name comes from when it is imported (or required): the module and the name there (`*` for all of it). */
export interface Import {
  readonly source: string
  readonly imported: string
}

/** The import that an identifier refers to; undefined for one that is declared in the file or nowhere. */
export function importOf(context: CodeContext, node: TSESTree.Identifier): Import | undefined {
  for (const { type, node: declaring, parent } of variableAt(context, node, node.name)?.defs ?? []) {
    if (type === 'ImportBinding' && parent?.type === 'ImportDeclaration') {
      return { source: parent.source.value, imported: importedName(declaring as TSESTree.ImportClause) }
    }
    if (type === 'Variable' && declaring.type === 'VariableDeclarator') {
      const source = requiredModule(declaring.init)
      if (source !== undefined) return { source, imported: importedBy(declaring.id, node.name) }
    }
  }
  return undefined
}

function importedName(clause: TSESTree.ImportClause): string {
  if (clause.type === 'ImportNamespaceSpecifier') return '*'
  if (clause.type === 'ImportDefaultSpecifier') return 'default'
  return clause.imported.type === 'Identifier' ? clause.imported.name : clause.imported.value
}

function requiredModule(init: TSESTree.Expression | null): string | undefined {
  if (init?.type !== 'CallExpression' || init.callee.type !== 'Identifier' || init.callee.name !== 'require')
    return undefined
  const [argument] = init.arguments
  return argument?.type === 'Literal' && typeof argument.value === 'string' ? argument.value : undefined
}

function importedBy(pattern: TSESTree.BindingName, local: string): string {
  if (pattern.type !== 'ObjectPattern') return '*'
  for (const member of pattern.properties) {
    if (member.type !== 'Property' || member.key.type !== 'Identifier') continue
    if (member.value.type === 'Identifier' && member.value.name === local) return member.key.name
  }
  return local
}

/** Whether the file imports anything of a module: what every call is asked, the file is asked first. */
export function imports({ ast, sourceCode }: CodeContext, module: RegExp): boolean {
  return importedSources(ast, sourceCode.text).some((source) => module.test(source))
}

/**
 * What a callee or decorator is called in its module: `enum` for `z.enum` and for `enum_` imported under another name,
 * when the module matches. Undefined where it comes from another module.
 */
export function exportedAs(context: CodeContext, callee: TSESTree.Node, module: RegExp): string | undefined {
  if (!imports(context, module)) return undefined
  if (callee.type === 'Identifier') {
    const found = importOf(context, callee)
    return found && module.test(found.source) ? found.imported : undefined
  }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier')
    return undefined
  const found = importOf(context, callee.object)
  return found && module.test(found.source) && callee.property.type === 'Identifier'
    ? callee.property.name
    : undefined
}

/** The initializer of a `const`; undefined for anything else. */
export function constantOf(context: CodeContext, node: TSESTree.Identifier): TSESTree.Expression | undefined {
  const variable = variableAt(context, node, node.name)
  const [definition] = variable?.defs ?? []
  if (variable?.defs.length !== 1 || definition?.type !== 'Variable') return undefined
  const declarator = definition.node
  if (declarator.id.type !== 'Identifier' || declarator.parent.kind !== 'const') return undefined
  return declarator.init ?? undefined
}
