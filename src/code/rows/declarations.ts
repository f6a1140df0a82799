import type { TSESTree } from '@typescript-eslint/utils'
import { fileAt, importedFile } from '../reach/modules.js'
import type { Node, SourceFile } from '../reach/site.js'
import { placeOf } from '../reach/texts.js'
import { mayProve } from './provenFiles.js'

/** What declares a type's name. */
export type TypeNode =
  | TSESTree.TSInterfaceDeclaration
  | TSESTree.TSTypeAliasDeclaration
  | TSESTree.TSEnumDeclaration
  | TSESTree.TSModuleDeclaration
  | TSESTree.ClassDeclaration

/** A type's declaration and the file that it stands in. */
export interface TypeDeclaration {
  readonly node: TypeNode
  readonly file: SourceFile
}

/** Where a name that is imported comes from. */
export interface ImportedName {
  readonly source: string
  readonly imported: string
}

const DEPTH = 8

/**
 * The declaration of the type that `name` means at the top level of a file: there, or in the project's own files that it
 * imports it from. Undefined for types of packages, and of files that can prove nothing, unless `anyFile`. Never throws.
 */
export function typeDeclaration(
  name: string,
  file: SourceFile,
  anyFile = false,
  depth = DEPTH,
): TypeDeclaration | undefined {
  if (depth === 0) return undefined
  const node = declaredType(file.ast.body, name)
  if (node) return { node, file }
  const found = importOfType(name, file)
  if (!found || found.imported === '*') return undefined
  const place = placeOf(found.imported, found.source, file.filename)
  if (!place || (!anyFile && !mayProve(file.context, place.path))) return undefined
  const next = fileAt(place.path, file)
  return next && exportedType(place.name, next, depth - 1)
}

/** The type that a file exports under a name; re-exports are followed. */
export function exportedType(name: string, file: SourceFile, depth = DEPTH): TypeDeclaration | undefined {
  if (depth === 0) return undefined
  const stars: string[] = []
  for (const statement of file.ast.body) {
    if (statement.type === 'ExportAllDeclaration' && !statement.exported) stars.push(statement.source.value)
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') {
      const { declaration } = statement
      if (isTypeNode(declaration)) return { node: declaration, file }
      return declaration.type === 'Identifier'
        ? typeDeclaration(declaration.name, file, true, depth - 1)
        : undefined
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    if (isTypeNode(statement.declaration) && nameOf(statement.declaration.id) === name) {
      return { node: statement.declaration, file }
    }
    for (const specifier of statement.specifiers) {
      if (nameOf(specifier.exported) !== name) continue
      const local = nameOf(specifier.local) ?? name
      if (!statement.source) return typeDeclaration(local, file, true, depth - 1)
      const next = importedFile(statement.source.value, file)
      return next && exportedType(local, next, depth - 1)
    }
  }
  for (const source of stars) {
    const next = importedFile(source, file)
    const found = next && exportedType(name, next, depth - 1)
    if (found) return found
  }
  return undefined
}

/** The declaration of a type among statements, also of an exported one. */
export function declaredType(statements: readonly Node[], name: string): TypeNode | undefined {
  for (const declaration of typesIn(statements)) if (nameOf(declaration.id) === name) return declaration
  return undefined
}

/** Every type that statements declare, in their order. */
export function* typesIn(statements: readonly Node[]): Generator<TypeNode> {
  for (const statement of statements) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement
    if (isTypeNode(declaration)) yield declaration
  }
}

function isTypeNode(node: Node | null): node is TypeNode {
  return (
    node?.type === 'TSInterfaceDeclaration' ||
    node?.type === 'TSTypeAliasDeclaration' ||
    node?.type === 'TSEnumDeclaration' ||
    node?.type === 'TSModuleDeclaration' ||
    node?.type === 'ClassDeclaration'
  )
}

/** The import statement's module and name for a local name. */
export function importOfType(name: string, file: SourceFile): ImportedName | undefined {
  for (const statement of file.ast.body) {
    if (statement.type !== 'ImportDeclaration') continue
    for (const specifier of statement.specifiers) {
      if (specifier.local.name !== name) continue
      const source = statement.source.value
      if (specifier.type === 'ImportDefaultSpecifier') return { source, imported: 'default' }
      if (specifier.type === 'ImportNamespaceSpecifier') return { source, imported: '*' }
      return { source, imported: nameOf(specifier.imported) ?? name }
    }
  }
  return undefined
}

export function nameOf(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Identifier') return node.name
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}
