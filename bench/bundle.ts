import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('../', import.meta.url))

/**
 * Bundles migrations-run.mjs with the sources it runs, as the package is.
 *
 * @param path Of the bundle, relative to the repository's root, in which it finds packages.
 * @returns Its absolute path.
 */
export async function bundleMigrationsRun(path: string): Promise<string> {
  const file = join(root, path)
  await build({
    cwd: root,
    input: 'bench/migrations-run.mjs',
    platform: 'node',
    external: (name) => !name.startsWith('.') && !isAbsolute(name),
    logLevel: 'warn',
    output: { file, format: 'esm' },
  })
  return file
}
