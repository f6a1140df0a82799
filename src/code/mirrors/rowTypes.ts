import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { nodesOf } from '../nodes.js'
import { lintedFile } from '../reach/site.js'
import type { SourceFile } from '../reach/site.js'
import { builderFile } from '../rows/builders.js'
import { typesIn } from '../rows/declarations.js'
import { modelClassRow } from '../rows/models.js'
import type { Shape } from '../rows/shape.js'
import { rowByName } from '../rows/types.js'
import type { Alias, Declaration } from './declaration.js'
import { keyOf } from './nodes.js'
import type { Found } from './lookup.js'
import { readTypeAlias, readUnion } from './typescript.js'

/** The type of a column in a row type that stands for a table: what it lists are the column's values. */
export interface ColumnType {
  readonly found: Found
  readonly link: string
  readonly values: Declaration | Alias
}

/** Wrappers of a column's type whose first argument is what is read: kysely's, and plain TypeScript's. */
const WRAPPERS = new Set([
  'Generated',
  'GeneratedAlways',
  'ColumnType',
  'Readonly',
  'NonNullable',
  'Array',
  'ReadonlyArray',
])

/**
 * The types of the columns in the row types that the linted file declares: tables of kysely's `Database`, `settings.rows`, kanel's,
 * and the classes of Objection's and Sequelize's models.
 */
export function readColumnTypes(context: CodeContext): ColumnType[] {
  const file = lintedFile(context)
  const found: ColumnType[] = []
  for (const node of typesIn(context.ast.body)) {
    const members =
      node.type === 'TSInterfaceDeclaration'
        ? node.body.body
        : node.type === 'TSTypeAliasDeclaration' && node.typeAnnotation.type === 'TSTypeLiteral'
          ? node.typeAnnotation.members
          : []
    const row = members.length > 0 ? rowByName(context, { node, file }) : undefined
    if (row) found.push(...columnsOf(row, members))
  }
  return [...found, ...modelColumns(context, file)]
}

/** The properties of the models' classes: `status!: 'online' | 'offline'`. */
function modelColumns(context: CodeContext, file: SourceFile): ColumnType[] {
  const builders = builderFile(context)
  if (builders === undefined) return []
  return nodesOf(context)
    .of('ClassDeclaration')
    .flatMap((node) => {
      const properties = node.body.body.filter((member) => isTyped(member))
      const row = properties.length > 0 ? modelClassRow(builders, { node, file, at: node }) : undefined
      return row ? columnsOf(row, properties) : []
    })
}

function isTyped(member: TSESTree.ClassElement): member is TSESTree.PropertyDefinition {
  return member.type === 'PropertyDefinition' && !member.static && member.typeAnnotation !== undefined
}

function columnsOf(
  row: Shape,
  members: readonly (TSESTree.TypeElement | TSESTree.PropertyDefinition)[],
): ColumnType[] {
  return members.flatMap((member) => {
    if (member.type !== 'TSPropertySignature' && member.type !== 'PropertyDefinition') return []
    const key = keyOf(member)
    const type = member.typeAnnotation?.typeAnnotation
    const property = key === undefined ? undefined : row.property?.(key)
    const found = property?.value ?? property?.element?.()?.value
    const values = found && type ? listedIn(type, key!) : undefined
    return found && values
      ? [{ found, link: `column of ${/^[aeiou]/i.test(found.link) ? 'an' : 'a'} ${found.link}`, values }]
      : []
  })
}

function listedIn(type: TSESTree.TypeNode, key: string): Declaration | Alias | undefined {
  if (type.type === 'TSArrayType') return listedIn(type.elementType, key)
  if (type.type === 'TSUnionType') {
    const members = type.types.filter(
      ({ type: one }) => one !== 'TSNullKeyword' && one !== 'TSUndefinedKeyword',
    )
    const [only] = members
    if (only && members.length === 1) return listedIn(only, key)
  }
  if (
    type.type === 'TSTypeReference' &&
    type.typeName.type === 'Identifier' &&
    WRAPPERS.has(type.typeName.name)
  ) {
    const [first] = type.typeArguments?.params ?? []
    return first && listedIn(first, key)
  }
  return readUnion(type, key) ?? readTypeAlias(type, key)
}
