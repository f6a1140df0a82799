import { dirname } from 'node:path'
import * as parser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { expect } from 'vitest'
import type { Catalog } from '../../../src/catalog/model.js'
import type { CodeContext } from '../../../src/code/context.js'
import { catalogOf } from '../builders/catalog.js'

export const SCHEMA = `
CREATE TYPE workspace_status AS ENUM ('provisioning', 'online', 'offline', 'awaiting_agent');
CREATE TYPE member_role AS ENUM ('admin', 'editor', 'viewer');
CREATE SCHEMA auth;
CREATE TYPE auth.aal_level AS ENUM ('aal1', 'aal2');
CREATE TABLE workspaces (
  id text,
  name text,
  status workspace_status,
  past_statuses workspace_status[],
  plan text CHECK (plan IN ('free', 'pro')),
  settings jsonb
);
CREATE TABLE agents (
  id text,
  workspace_id text,
  status text,
  role member_role
);
CREATE TABLE auth.sessions (
  id text,
  aal auth.aal_level
);
`

const catalog = catalogOf(SCHEMA)

export interface CheckOptions {
  readonly filename?: string
  readonly settings?: { readonly mirrors?: Record<string, string>; readonly rows?: Record<string, string> }
  readonly catalog?: Catalog
}

/** What `find` gives for a piece of TypeScript, by way of the real ESLint. */
export function inContext<T>(code: string, find: (context: CodeContext) => T, options: CheckOptions = {}): T {
  let found: { readonly result: T } | undefined
  const settings = {
    rows: {},
    mirrors: {},
    searchPath: ['public'],
    sqlTags: [],
    sqlCallees: [],
    ...options.settings,
  }
  const messages = new Linter(
    options.filename === undefined ? {} : { cwd: dirname(options.filename) },
  ).verify(
    code,
    {
      files: ['**/*.{ts,tsx,js}'],
      languageOptions: { parser },
      plugins: {
        test: {
          rules: {
            find: {
              create({ sourceCode, filename, languageOptions }) {
                const project = { catalog: options.catalog ?? catalog, settings, problems: [], root: '/' }
                const context = { sourceCode, ast: sourceCode.ast, filename, project, languageOptions }
                found = { result: find(context as unknown as CodeContext) }
                return {}
              },
            },
          },
        },
      },
      rules: { 'test/find': 'error' },
    },
    { filename: options.filename ?? 'file.ts' },
  )
  expect(messages).toEqual([])
  return found!.result
}

/**
 * Checks one piece of code. Wrong values are written between `«` and `»`, with their quotes: `wrongIn` must give exactly their
 * ranges.
 */
export function checkMarked(
  marked: string,
  wrongIn: (context: CodeContext) => readonly (readonly [number, number])[],
  options?: CheckOptions,
): void {
  const ranges: [number, number][] = []
  let code = ''
  for (const part of marked.split(/(?=[«»])/)) {
    if (part.startsWith('«')) ranges.push([code.length, -1])
    if (part.startsWith('»')) ranges.find((range) => range[1] === -1)![1] = code.length
    code += part.replace(/^[«»]/, '')
  }
  const text = (range: readonly [number, number]) => `${range[0]}: ${code.slice(...range)}`
  expect(inContext(code, wrongIn, options).map(text)).toEqual(ranges.map(text))
}
