import type { Folder, SourceFile } from './migration.js'

/** The text of a file; empty where there is none or it can't be read. Never throws. */
export function textOf(file: SourceFile | undefined): string {
  try {
    return file?.text() ?? ''
  } catch {
    return ''
  }
}

/** The `.sql` files of a folder, not of those beneath it. Every tool asks. */
const sqlFiles = new WeakMap<Folder, readonly SourceFile[]>()

/** The first and last few `.sql` files of a folder, not of those beneath it: enough to know a tool's markers. */
export function sampleFiles(folder: Folder, count = 3): readonly SourceFile[] {
  const known = sqlFiles.get(folder)
  const sql = known ?? folder.files.filter(({ name }) => !name.includes('/') && /\.sql$/i.test(name))
  if (known === undefined) sqlFiles.set(folder, sql)
  return sql.length <= 2 * count ? sql : [...sql.slice(0, count), ...sql.slice(-count)]
}

/** True where one of the sampled files has a line that `marker` (with the flag `m`) matches. */
export function hasMarker(folder: Folder, marker: RegExp): boolean {
  return sampleFiles(folder).some((file) => marker.test(textOf(file)))
}

/** The nearest file `name` in the folder or up to six above it. */
export function nearest(folder: Folder, name: string): SourceFile | undefined {
  for (let up = 0; up <= 6; up++) {
    const file = folder.file('../'.repeat(up) + name)
    if (file !== undefined) return file
  }
  return undefined
}

/** True where the nearest `Cargo.toml` asks for a crate of that name, or of one whose name starts with it and `-` or `_`. */
export function usesCrate(folder: Folder, crate: string): boolean {
  return new RegExp(`^[ \\t]*(?:\\[.*\\.)?${crate}(?:[-_]\\w+)*\\]?\\s*(?:[=.]|$)`, 'm').test(
    textOf(nearest(folder, 'Cargo.toml')),
  )
}

/** True where the nearest `package.json` names a package. */
export function usesPackage(folder: Folder, name: string): boolean {
  return textOf(nearest(folder, 'package.json')).includes(`"${name}"`)
}

/** True where a `package.json` in the folder or up to six above it names a package. */
export function somePackageUses(folder: Folder, name: string): boolean {
  return [0, 1, 2, 3, 4, 5, 6].some((up) =>
    textOf(folder.file(`${'../'.repeat(up)}package.json`)).includes(`"${name}"`),
  )
}
