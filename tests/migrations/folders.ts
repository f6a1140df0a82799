import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Path with `/` → content. */
export type Files = Readonly<Record<string, string | Buffer>>

/** Writes files beneath `root`. */
export function writeFiles(root: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}

/** A new folder with these files, which goes away with the test. */
export function folderWith(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'pg-enum-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeFiles(root, files)
  return root
}
