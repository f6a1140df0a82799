import type { CodeContext } from '../context.js'
import { bindingOf } from '../reach/binding.js'
import { exportOf, importedFile } from '../reach/modules.js'
import { lintedFile } from '../reach/site.js'
import type { Alias, Declaration } from './declaration.js'
import { readEnum, readList, readObject } from './typescript.js'

/**
 * What a name lists that the linted file imports from another file of the project: `pgEnum('workspace_status', STATUSES)`. The entries
 * have the range of the name, and can't be rewritten here.
 */
export function importedDeclaration(context: CodeContext, { target, node }: Alias): Declaration | undefined {
  const binding = bindingOf(target, lintedFile(context))
  if (binding?.kind !== 'import') return undefined
  const file = importedFile(binding.source, lintedFile(context))
  const exported = file && exportOf(file, binding.imported)?.binding
  const init = exported?.kind === 'variable' ? exported.declarator.init : undefined
  const declared =
    exported?.kind === 'declaration' && exported.node.type === 'TSEnumDeclaration'
      ? readEnum(exported.node)
      : init && (readList(init, target.name) ?? readObject(init, target.name))
  if (!declared) return undefined
  return {
    ...declared,
    name: target.name,
    node,
    entries: declared.entries.map(({ value }) => ({ value, range: target.range, element: target.range })),
    write: () => undefined,
  }
}
