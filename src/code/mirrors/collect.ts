import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { readArktype } from './arktype.js'
import { nodesOf } from '../nodes.js'
import { lintedFile } from '../reach/site.js'
import { taggedName } from './comments.js'
import type { Alias, Declaration, Definition } from './declaration.js'
import { isAlias } from './declaration.js'
import { readDrizzle } from './drizzle.js'
import { readEntity, readEntityObject } from './entities.js'
import { readGenerated, readSupabase } from './generated.js'
import { importedDeclaration } from './imported.js'
import { readModelClass, readSequelize } from './models.js'
import { keyOf } from './nodes.js'
import { readColumnTypes } from './rowTypes.js'
import type { ColumnType } from './rowTypes.js'
import { variableAt } from './scope.js'
import { readEnum, readList, readObject, readTypeAlias, readUnion } from './typescript.js'
import { readValidator } from './validators.js'
import { readOneOf } from './yup.js'

/** A declaration, and whether it is a property's type: that has no name of its own, and only a tag links it. */
export interface DeclaredHere {
  readonly values: Declaration
  readonly at: TSESTree.Node
  readonly isProperty?: boolean
}

/** What a file declares that may be a mirror. */
export interface Collected {
  /** `at`: the node that a comment with a tag stands before. */
  readonly declarations: readonly DeclaredHere[]
  /** `target`: the declaration that the name stands for, when it is in the file. */
  readonly aliases: readonly {
    readonly alias: Alias
    readonly target?: Declaration
    readonly at: TSESTree.Node
  }[]
  /** `target`: the declaration that a definition's alias stands for. */
  readonly definitions: readonly (Definition & { readonly target?: Declaration })[]
  readonly columns: readonly (ColumnType & { readonly target?: Declaration })[]
}

/** The types of the nodes that declare something; what a name is declared by comes before what is called in it. */
const VISITED = [
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
  'VariableDeclarator',
  'TSPropertySignature',
  'Property',
  'CallExpression',
  'NewExpression',
  'ClassDeclaration',
  'ClassExpression',
] as const

/** Every declaration in the file that lists strings, and every library's definition. Linked with nothing yet. */
export function collect(context: CodeContext): Collected {
  const declarations: DeclaredHere[] = []
  const aliases: { alias: Alias; at: TSESTree.Node }[] = []
  const definitions: Definition[] = []
  /** By the node of the name that declares it. */
  const byBinding = new Map<TSESTree.Node, Declaration | Alias>()

  const add = (
    values: Declaration | Alias | undefined,
    at: TSESTree.Node,
    binding?: TSESTree.Node | null,
  ) => {
    if (!values) return
    if (isAlias(values)) aliases.push({ alias: values, at })
    else declarations.push({ values, at })
    if (binding && !byBinding.has(binding)) byBinding.set(binding, values)
  }

  // All that links the type of a property.
  const isTagged = context.sourceCode.text.includes('@pgEnum')

  const visit = (node: TSESTree.Node): void => {
    switch (node.type) {
      case 'TSTypeAliasDeclaration': {
        const { name } = node.id
        const generated = readGenerated(context, node)
        if (generated) definitions.push(generated)
        const values =
          generated?.values ??
          readUnion(node.typeAnnotation, name) ??
          readTypeAlias(node.typeAnnotation, name)
        add(values, node, node.id)
        break
      }
      case 'TSEnumDeclaration': {
        const generated = readGenerated(context, node)
        if (generated) definitions.push(generated)
        add(generated?.values ?? readEnum(node), node, node.id)
        break
      }
      case 'VariableDeclarator':
        if (node.init && node.id.type === 'Identifier') {
          const { name } = node.id
          add(readList(node.init, name) ?? readObject(node.init, name), node, node.id)
        }
        break
      case 'TSPropertySignature':
      case 'Property': {
        const key = keyOf(node)
        if (key === 'Enums') definitions.push(...readSupabase(node))
        if (isTagged && node.type === 'TSPropertySignature' && node.typeAnnotation && key !== undefined) {
          const values = readUnion(node.typeAnnotation.typeAnnotation, key)
          if (values) declarations.push({ values, at: node, isProperty: true })
        }
        break
      }
      case 'CallExpression': {
        const drizzle = readDrizzle(context, node)
        definitions.push(...drizzle, ...readEntityObject(context, node), ...readSequelize(context, node))
        const own = drizzle.find(
          ({ values }) => values.node === node || (!isAlias(values) && values.kind === 'database enum'),
        )
        const values =
          own?.values ??
          readValidator(context, node) ??
          readArktype(context, node) ??
          readOneOf(context, node)
        add(values, declaratorOf(node) ?? node, bindingOf(node))
        break
      }
      case 'NewExpression':
        definitions.push(...readEntityObject(context, node))
        break
      case 'ClassDeclaration':
      case 'ClassExpression':
        definitions.push(...readEntity(context, node), ...readModelClass(context, node))
        break
    }
  }

  const nodes = nodesOf(context)
  for (const type of VISITED) for (const node of nodes.of(type)) visit(node)

  const resolve = (alias: Alias, imports: boolean): Declaration | undefined => {
    let values: Declaration | Alias = alias
    for (let steps = 0; isAlias(values); steps++) {
      const next: Declaration | Alias | undefined =
        steps < 8 ? targetOf(context, values, byBinding) : undefined
      if (!next) return imports ? importedDeclaration(context, { ...values, node: alias.node }) : undefined
      values = next
    }
    return values
  }
  const file = lintedFile(context)
  return {
    declarations,
    aliases: aliases.map((one) =>
      withTarget(one, resolve(one.alias, taggedName(file, one.at) !== undefined)),
    ),
    columns: readColumnTypes(context).map((one) =>
      withTarget(one, isAlias(one.values) ? resolve(one.values, false) : undefined),
    ),
    definitions: definitions.map((one) =>
      withTarget(one, isAlias(one.values) ? resolve(one.values, true) : undefined),
    ),
  }
}

function withTarget<T extends object>(
  one: T,
  target: Declaration | undefined,
): T & { readonly target?: Declaration } {
  return target ? { ...one, target } : one
}

function targetOf(
  context: CodeContext,
  alias: Alias,
  byBinding: ReadonlyMap<TSESTree.Node, Declaration | Alias>,
): Declaration | Alias | undefined {
  for (const { name } of variableAt(context, alias.target, alias.target.name)?.defs ?? []) {
    const found = byBinding.get(name)
    // A name that stands for itself: `const X = {...}; type X = (typeof X)[keyof typeof X]` has two definitions.
    if (found && found !== alias) return found
  }
  return undefined
}

/** The declarator that an expression is the whole of, calls and members behind it included. */
function declaratorOf(node: TSESTree.Node): TSESTree.VariableDeclarator | undefined {
  for (let at: TSESTree.Node | undefined = node.parent; at; at = at.parent) {
    if (at.type === 'VariableDeclarator') return at
    if (at.type !== 'MemberExpression' && at.type !== 'CallExpression' && at.type !== 'TSAsExpression')
      return undefined
  }
  return undefined
}

function bindingOf(node: TSESTree.Node): TSESTree.Node | undefined {
  const { parent } = node
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : undefined
}
