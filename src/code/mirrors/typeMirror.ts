import type { Catalog } from '../../catalog/model.js'
import { declaredIn } from '../reach/binding.js'
import type { SourceFile } from '../reach/site.js'
import type { TypeDeclaration } from '../rows/declarations.js'
import type { Declaration } from './declaration.js'
import type { Found } from './lookup.js'
import { findByName } from './sameName.js'
import { readEnum, readList, readObject, readTypeAlias, readUnion } from './typescript.js'

/** What a type's declaration lists, in whichever file it stands. Undefined for a type that lists no strings. */
export function listedBy({ node, file }: TypeDeclaration): Declaration | undefined {
  if (node.type === 'TSEnumDeclaration') return readEnum(node)
  if (node.type !== 'TSTypeAliasDeclaration') return undefined
  const { name } = node.id
  const union = readUnion(node.typeAnnotation, name)
  if (union) return union
  const target = readTypeAlias(node.typeAnnotation, name)?.target
  return target && constantNamed(target.name, file)
}

function constantNamed(name: string, file: SourceFile): Declaration | undefined {
  const binding = declaredIn(file.ast.body, name)
  const init = binding?.kind === 'variable' ? binding.declarator.init : undefined
  return init ? (readList(init, name) ?? readObject(init, name)) : undefined
}

/** The value set of a type that has an enum's name and most of its values. */
export function findTypeByName(
  catalog: Catalog,
  declaration: TypeDeclaration,
): (Found & { link: string }) | undefined {
  const { id } = declaration.node
  const listed = id?.type === 'Identifier' ? listedBy(declaration) : undefined
  return listed && id?.type === 'Identifier' ? findByName(catalog, listed, id.name) : undefined
}
