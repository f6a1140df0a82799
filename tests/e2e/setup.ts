import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The packed package. */
    tarball: string
    /** Folders in which it is installed, with ESLint of that major version. */
    installed: { readonly eslint9: string; readonly eslint10: string; readonly withoutTypeScript: string }
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))

function newest(path: string): number {
  const stat = statSync(path)
  return stat.isDirectory()
    ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : stat.mtimeMs
}

/** `npm test` has built already; a run of these tests alone may not have. */
function build(): void {
  const built = statSync(join(root, 'dist/index.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built < Math.max(newest(join(root, 'src')), newest(join(root, 'rules')))) {
    execFileSync('npm', ['run', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  }
}

function link(modules: string, name: string, target = name): void {
  const path = join(modules, name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(join(root, 'node_modules', target), path)
}

/**
 * A project into which npm itself installs the tarball. The packages that it depends on are linked from ours, so that
 * nothing comes over the network; npm accepts them, and the peer, only where their versions fit the tarball's ranges.
 */
function install(folder: string, tarball: string, eslint: string, others: readonly string[]): string {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n')
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(manifest.dependencies)) link(modules, name)
  link(modules, 'eslint', eslint)
  execFileSync(
    'npm',
    [
      'install',
      '--offline',
      '--cache',
      join(folder, 'no-cache'),
      '--no-save',
      '--no-audit',
      '--no-fund',
      tarball,
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  // After npm, which takes away what no package asks for.
  for (const name of others) link(modules, name)
  return folder
}

export default function setup({ provide }: TestProject): () => void {
  build()
  const temporary = mkdtempSync(join(tmpdir(), 'pg-enum-e2e-'))
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', temporary], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const tarball = join(
    temporary,
    readdirSync(temporary).find((name) => name.endsWith('.tgz'))!,
  )
  const others = ['@typescript-eslint/parser', 'typescript', 'typescript-eslint', 'jiti']
  provide('tarball', tarball)
  provide('installed', {
    eslint9: install(join(temporary, 'eslint9'), tarball, 'eslint9', others),
    eslint10: install(join(temporary, 'eslint10'), tarball, 'eslint', others),
    withoutTypeScript: install(join(temporary, 'javascript'), tarball, 'eslint', []),
  })
  return () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })
}
