import { byCodeUnit } from '../files.js'
import { textOf } from '../marks.js'
import type { Folder, SourceFile } from '../migration.js'
import { languageOf } from '../other-kinds.js'

const CODE = /\.[cm]?[jt]s$/
/** Folders of a migrations' folder whose code is none. */
const ASIDE = /(?:^|\/)(?:__\w+__|tests?|specs?|dist|build|fixtures|mocks)\//
/** What compilers put in front of JavaScript that they make of TypeScript. */
const COMPILED = /^(?:"use strict";\s*)?(?:var __\w+ = |Object\.defineProperty\(exports, "__esModule")/

/** The programs of a folder itself, as {@link programFiles} has them; none where it has those of its folders. */
export function directPrograms(folder: Folder): SourceFile[] {
  const files = programFiles(folder)
  return files.some(({ name }) => name.includes('/')) ? [] : files
}

/** Whether some of the programs of a folder itself look like migrations of a tool. */
export function somePrograms(folder: Folder, looks: (text: string) => boolean): boolean {
  return directPrograms(folder).length > 0 && programSample(folder).some(looks)
}

/** The JavaScript and TypeScript files of a folder, not tests, not what is compiled beside its source, by their names. */
export function programFiles(folder: Folder): SourceFile[] {
  const files = folder.files.filter(
    ({ name }) => CODE.test(name) && languageOf(name) !== undefined && !ASIDE.test(name),
  )
  const sources = new Set(
    files
      .map(({ name }) => name)
      .filter((name) => name.endsWith('ts'))
      .map(stemOf),
  )
  const own = files.filter(({ name }) => name.endsWith('ts') || !sources.has(stemOf(name)))
  const direct = own.filter(({ name }) => !name.includes('/') && !/^index\./.test(name))
  return (direct.length > 0 ? direct : own).sort((a, b) => byCodeUnit(a.name, b.name))
}

function stemOf(name: string): string {
  return name.replace(CODE, '')
}

const samples = new WeakMap<Folder, readonly string[]>()

/** The texts of the first and the last few programs of a folder, without those that are compiled. */
export function programSample(folder: Folder): readonly string[] {
  const known = samples.get(folder)
  if (known !== undefined) return known
  const files = programFiles(folder)
  const sample = (files.length <= 6 ? files : [...files.slice(0, 3), ...files.slice(-3)])
    .map(textOf)
    .filter((text) => !COMPILED.test(text))
  samples.set(folder, sample)
  return sample
}
