import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf, declaredIn } from '../reach/binding.js'
import { Fresh } from '../../fresh.js'
import { fileAt } from '../reach/modules.js'
import type { Site, SourceFile } from '../reach/site.js'
import { fileMatches, isBarrel, placeOf, subclassesIn } from '../reach/texts.js'
import type { Wanted } from '../reach/texts.js'

/*
 * `constructor(private readonly workspaces: WorkspaceRepository)`, where that is an interface or an abstract class: the class that
 * implements it is looked for where projects put it, beside the interface. Of several, the one counts that runs queries.
 */

/** Folders with more files are not looked through. */
const MAX_FILES = 100
const SOURCE = /(?<!\.d|\.test|\.spec|\.mock|\.fixture)\.[cm]?tsx?$/

/** What the text of a file has that declares what a class of a file beside it may implement. */
const DECLARES =
  /\b(?:interface|abstract\s+class)\s+\w*(?:Repo(?:sitory)?|Store|Storage|D[aA][oO]|Gateway|Service|D[bB]|Database|Port|Provider|Adapter|Model|Queries)\w*\b/

const folders = new Fresh<readonly string[]>()

/** The source files in the folder of a file, itself among them; none of a large folder. */
function filesBeside(path: string): readonly string[] {
  const folder = dirname(path)
  return folders.get(folder, () => {
    try {
      const names = readdirSync(folder).filter((name) => SOURCE.test(name))
      return names.length > MAX_FILES ? [] : names.map((name) => join(folder, name))
    } catch {
      return []
    }
  })
}

/** Whether a file declares, or passes on, an interface that a class may implement which runs queries, by the texts of the files beside it. */
export function mayBeImplemented(path: string, runs: Wanted): boolean {
  return (fileMatches(path, DECLARES) || isBarrel(path)) && filesBeside(path).some((one) => runs.leads(one))
}

/**
 * The class that implements an interface, or extends an abstract class, in its file or in one beside it: the only one there that leads to
 * what is wanted. Never throws.
 *
 * @param type The name of the interface where it is the type of something.
 */
export function implementationOf(
  type: Site & { readonly node: TSESTree.Identifier },
  wanted: Wanted,
): Site | undefined {
  const declared = placeOfType(type)
  if (declared === undefined) return undefined
  const found = filesBeside(declared.path).flatMap((path) => {
    const names = subclassesIn(path, declared.name)
    return names.length > 0 && wanted.leads(path) ? names.map((name) => ({ path, name })) : []
  })
  const [only] = found
  if (only === undefined || found.length > 1) return undefined
  const file = fileOf(only.path, type.file)
  const binding = file && declaredIn(file.ast.body, only.name)
  if (file === undefined || binding?.kind !== 'declaration') return undefined
  return { node: binding.node, file, at: type.at }
}

function fileOf(path: string, from: SourceFile): SourceFile | undefined {
  return path === from.filename ? from : fileAt(path, from)
}

/** Where the type that a name means is declared. */
function placeOfType({
  node,
  file,
}: Site & { readonly node: TSESTree.Identifier }):
  { readonly path: string; readonly name: string } | undefined {
  const binding = bindingOf(node, file)
  if (binding?.kind !== 'import') return { path: file.filename, name: node.name }
  return placeOf(binding.imported, binding.source, file.filename)
}
