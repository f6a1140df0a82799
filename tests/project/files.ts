import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of files that is removed after the test. */
export class Files {
  readonly dir = mkdtempSync(join(tmpdir(), 'pg-enum-'))

  constructor(files: Readonly<Record<string, string>> = {}) {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }))
    // So that a search upward ends here.
    this.write({ 'package.json': '{}', ...files })
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true })
      writeFileSync(this.path(name), text)
    }
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true })
  }
}
