import { textOf } from '../marks.js'
import type { Folder, SourceFile } from '../migration.js'

type Find = (folder: Folder) => SourceFile | undefined

interface Found {
  readonly find: Find
  readonly file: Pick<SourceFile, 'path' | 'name'> | undefined
  readonly text: string
}

/** What was looked for in a folder, and what was found. */
export class Lookups {
  readonly #found = new Map<string, Found>()

  /** The file that `find` finds, which is all that `key` stands for. */
  look(folder: Folder, key: string, find: Find): SourceFile | undefined {
    const file = find(folder)
    this.#found.set(key, { find, file: file && { path: file.path, name: file.name }, text: textOf(file) })
    return file
  }

  /** Whether the same would be found again: all of it is looked for. */
  areSameIn(folder: Folder): boolean {
    let areSame = true
    for (const { find, file, text } of this.#found.values()) {
      const now = find(folder)
      areSame &&= now?.path === file?.path && now?.name === file?.name && textOf(now) === text
    }
    return areSame
  }
}
