import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { lintedFile } from '../reach/site.js'
import { typesIn } from '../rows/declarations.js'
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
 * The types of the columns in the row types that the linted file declares: tables of kysely's `Database`, `settings.rows`, kanel's.
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
    if (!row) continue
    for (const member of members) {
      const key = member.type === 'TSPropertySignature' ? keyOf(member) : undefined
      const type = member.type === 'TSPropertySignature' ? member.typeAnnotation?.typeAnnotation : undefined
      const property = key === undefined ? undefined : row.property?.(key)
      const value = property?.value ?? property?.element?.()?.value
      const values = value && type ? listedIn(type, key!) : undefined
      if (value && values) found.push({ found: value, link: `column of a ${value.link}`, values })
    }
  }
  return found
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
