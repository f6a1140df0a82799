import { chmodSync } from 'node:fs'
import { isAbsolute } from 'node:path'

/** In the package, what is needed on demand is a file of its own, which is loaded when it is first asked for. */
const onDemand = {
  name: 'on-demand',
  load: (id) =>
    /[\\/]src[\\/]onDemand\.ts$/.test(id)
      ? `import { createRequire } from 'node:module'
const load = createRequire(import.meta.url)
let finders, parts
export function findersOnDemand() { return finders ??= load('./finders.cjs') }
export function onDemand() { return parts ??= load('./parts.cjs') }
`
      : null,
}

/** What is imported, and the command. */
const entries = {
  name: 'entries',
  generateBundle() {
    const plugin = `import { createRequire } from 'node:module'
const { default: plugin, recommendedRules } = createRequire(import.meta.url)('./plugin.cjs')
// As 'module.exports', require() gives the plugin itself.
export { plugin as default, plugin as 'module.exports', recommendedRules }
`
    this.emitFile({ type: 'asset', fileName: 'index.js', source: plugin })
    this.emitFile({
      type: 'asset',
      fileName: 'cli.js',
      source: "#!/usr/bin/env node\nimport './command.cjs'\n",
    })
  },
  writeBundle: () => chmodSync('dist/cli.js', 0o755),
}

/**
 * A few files in place of one per module: Node takes a third of the time to load these. They are CommonJS, of which one can load
 * another when it needs it, and which shares with ESLint the packages that both use.
 *
 * @type {import('rolldown').RolldownOptions}
 */
export default {
  input: {
    plugin: 'src/index.ts',
    parts: 'src/parts.ts',
    finders: 'src/finders.ts',
    command: 'src/cli/start.ts',
  },
  platform: 'node',
  logLevel: 'warn',
  // Packages; what is ours is named by its path.
  external: (name) => !name.startsWith('.') && !isAbsolute(name),
  output: {
    dir: 'dist',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    hashCharacters: 'hex',
    exports: 'named',
  },
  plugins: [onDemand, entries],
}
