import { chmodSync } from 'node:fs'
import { isAbsolute } from 'node:path'

/**
 * One file for the plugin, and the files of the command beside it: Node takes a third of the time to load these that it takes for a
 * file per module.
 *
 * @type {import('rolldown').RolldownOptions}
 */
export default {
  input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  platform: 'node',
  logLevel: 'warn',
  // Packages; what is ours is named by its path.
  external: (name) => !name.startsWith('.') && !isAbsolute(name),
  output: {
    dir: 'dist',
    format: 'esm',
    chunkFileNames: '[name].js',
    hashCharacters: 'hex',
    codeSplitting: { groups: [{ name: 'plugin', test: (id) => !/[\\/]cli[\\/]/.test(id) }] },
  },
  plugins: [{ name: 'executable', writeBundle: () => chmodSync('dist/cli.js', 0o755) }],
}
