import { readFileSync } from 'node:fs'

function read(): string {
  // From src/ as well as from dist/.
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string
        version?: string
      }
      if (name === 'eslint-plugin-pg-enum' && version !== undefined) return version
    } catch {
      continue
    }
  }
  return '0.0.0'
}

/** This package's version. */
export const version = read()
