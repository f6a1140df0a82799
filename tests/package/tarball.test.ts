import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, inject, test } from 'vitest'

const run = promisify(execFile)
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: unknown
  peerDependencies: unknown
  dependencies: unknown
}

test('the tarball holds dist, README, LICENSE and CHANGELOG, and the bin can be run', async () => {
  const { stdout } = await run('tar', ['-tvzf', inject('tarball')])
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => ({ mode: line.slice(0, 10), path: line.replace(/^.* package\//, '') }))
  const outside = entries
    .map(({ path }) => path)
    .filter((path) => !/^dist\/(?:\w+\.c?js|types\/(?:src|rules)\/.*\.d\.ts)$/.test(path))
  expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  expect(entries.find(({ path }) => path === 'dist/cli.js')?.mode).toBe('-rwxr-xr-x')
})

test('publint finds nothing', async () => {
  const file = readFileSync(inject('tarball'))
  const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
  const { messages } = await publint({ pack: { tarball }, strict: true })
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([])
})

// attw takes require() of ESM for an error, which Node has allowed since 20.19: tests/e2e does that, types included.
test('attw finds the types right', async () => {
  const attw = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')
  const bin = attw.replace('package.json', 'dist/index.js')
  const args = [
    bin,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-color',
    '--no-emoji',
    inject('tarball'),
  ]
  // Ends with 1, which rejects, where it finds a problem.
  await expect(run(process.execPath, args)).resolves.toBeDefined()
})

test('what the package asks for', () => {
  expect(manifest.peerDependencies).toEqual({
    '@typescript-eslint/parser': expect.any(String) as string,
    eslint: '^9.15.0 || ^10.0.0',
    typescript: expect.any(String) as string,
  })
  expect(Object.keys(manifest.dependencies as object)).toEqual([
    '@eslint-community/eslint-utils',
    '@eslint/plugin-kit',
    'damerau-levenshtein',
    'libpg-query',
    'picomatch',
  ])
})
