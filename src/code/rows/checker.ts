import { resolve } from 'node:path'
import type { CodeContext } from '../context.js'
import { fileAt } from '../reach/modules.js'
import { lintedFile, walk } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import { typesIn } from './declarations.js'
import type { TypeNode } from './declarations.js'
import type { Shape } from './shape.js'
import { shapeOfDeclaration } from './types.js'

/** What this file needs of TypeScript's checker, which the published package does not import. */
interface Declaration {
  readonly pos: number
  readonly end: number
  getSourceFile(): { readonly fileName: string }
  getStart(): number
}

interface TypeSymbol {
  readonly name?: string
  readonly declarations?: readonly Declaration[]
}

interface Type {
  readonly aliasSymbol?: TypeSymbol
  readonly symbol?: TypeSymbol
  readonly types?: readonly Type[]
  isUnion(): boolean
}

interface Services {
  readonly program?: {
    getTypeChecker(): {
      getPropertyOfType(type: Type, name: string): TypeSymbol | undefined
      getTypeArguments?(type: Type): readonly Type[]
    }
  } | null
  getTypeAtLocation?(node: Node): Type
}

/**
 * What an expression is by TypeScript's types, where the user's parser gives them: its type leads to a declaration, the declaration
 * to a table or an enum. Undefined without types. Never throws.
 */
export function checkedShape(context: CodeContext, node: Node): Shape | undefined {
  const services = context.services as unknown as Services | undefined
  if (!services?.program || !services.getTypeAtLocation) return undefined
  if (
    node.type !== 'Identifier' &&
    node.type !== 'CallExpression' &&
    node.type !== 'AwaitExpression' &&
    node.type !== 'MemberExpression'
  ) {
    return undefined
  }
  try {
    const type = services.getTypeAtLocation(node)
    return shapeOf(context, type, services.program.getTypeChecker())
  } catch {
    return undefined
  }
}

/** A union with null and undefined alone beside is the other member. */
function nonNull(type: Type): Type {
  if (!type.isUnion()) return type
  const members = (type.types ?? []).filter((one) => {
    const { intrinsicName } = one as { intrinsicName?: unknown }
    return intrinsicName !== 'null' && intrinsicName !== 'undefined'
  })
  return members.length === 1 ? members[0]! : type
}

type Checker = ReturnType<NonNullable<Services['program']>['getTypeChecker']>

const PROMISES = new Set(['Promise', 'PromiseLike'])
const LISTS = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet'])
const DEPTH = 6

function shapeOf(context: CodeContext, whole: Type, checker: Checker, depth = DEPTH): Shape | undefined {
  if (depth === 0) return undefined
  const type = nonNull(whole)
  for (const symbol of [whole.aliasSymbol, type.aliasSymbol, type.symbol]) {
    for (const declaration of symbol?.declarations ?? []) {
      const found = declared(context, declaration)
      if (found) return found
    }
  }
  if (type.isUnion()) return undefined
  const { name } = type.symbol ?? {}
  const argument = () => {
    const [first] = checker.getTypeArguments?.(type) ?? []
    return first && shapeOf(context, first, checker, depth - 1)
  }
  if (name !== undefined && PROMISES.has(name)) return argument()
  if (name !== undefined && LISTS.has(name)) return { element: argument }
  // A mapped type (kysely's Selectable<WorkspaceTable>) keeps where its properties were declared.
  return { property: (key) => declaredProperty(context, checker.getPropertyOfType(type, key), key) }
}

function declaredProperty(
  context: CodeContext,
  symbol: TypeSymbol | undefined,
  name: string,
): Shape | undefined {
  const [declaration, ...others] = symbol?.declarations ?? []
  if (!declaration || others.length > 0) return undefined
  return declared(context, declaration)?.property?.(name)
}

/** The shape of the type declaration that a declaration is, or is a member of. */
function declared(context: CodeContext, declaration: Declaration): Shape | undefined {
  const path = resolve(declaration.getSourceFile().fileName)
  if (path.includes('/node_modules/') || path.includes('\\node_modules\\')) return undefined
  const file = path === context.filename ? lintedFile(context) : fileAt(path, lintedFile(context))
  const node = file && typeAround(file, declaration.getStart(), declaration.end)
  return node && shapeOfDeclaration(context, { node, file: file! }, 8)
}

/** The type declaration of a file that a range lies in. */
function typeAround(file: SourceFile, start: number, end: number): TypeNode | undefined {
  for (const node of typesIn(file.ast.body)) {
    if (node.range[0] <= start && end <= node.range[1] + 1) return node
  }
  let found: TypeNode | undefined
  walk(file.ast, (node) => {
    if (node.type !== 'TSModuleBlock') return node.range[0] <= start && end <= node.range[1] + 1
    for (const inner of typesIn(node.body))
      if (inner.range[0] <= start && end <= inner.range[1] + 1) found = inner
    return false
  })
  return found
}
