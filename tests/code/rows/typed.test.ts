import * as parser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import type { CodeContext } from '../../../src/code/context.js'
import { findRowUses } from '../../../src/code/rows/index.js'
import { Files } from '../../project/files.js'
import { catalogOf } from '../builders/catalog.js'
import { SCHEMA } from './check.js'

const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, target: 'ES2022', module: 'NodeNext', lib: ['ES2022'], types: [] },
    include: ['src'],
  }),
  'src/tables.ts': `export type Selectable<T> = { [K in keyof T]: T[K] }
/** Represents the table public.workspaces */
export interface WorkspacesTable { id: string; name: string; status: string; plan: string }
/** Represents the enum public.workspace_status */
export type Status = string & { readonly brand: 'status' }
/** Represents the enum public.member_role */
export enum Role { admin = 'admin', gone = 'gone' }
export interface AgentsTable { id: string; status: string; role: Role }
`,
  'src/db.ts': `import type { AgentsTable, Role, Selectable, WorkspacesTable } from './tables.js'
export async function load() { return null as unknown as Selectable<WorkspacesTable> }
export async function loadAll() { return [await load()] }
export async function agents() { return [] as AgentsTable[] }
export const other = { status: 'x' as string }
export const role = null as unknown as Role | undefined
`,
}

/** The texts of the wrong strings, with type information or without. */
function wrongIn(code: string, typed: boolean): string[] {
  const files = new Files({ ...FILES, 'src/file.ts': code })
  const filename = files.path('src/file.ts')
  const settings = { rows: {}, mirrors: {}, searchPath: ['public'], sqlTags: [], sqlCallees: [] }
  let wrong: string[] | undefined
  const messages = new Linter({ cwd: files.dir }).verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: {
        parser,
        parserOptions: typed ? { projectService: true, tsconfigRootDir: files.dir } : {},
      },
      plugins: {
        test: {
          rules: {
            find: {
              create({ sourceCode, languageOptions }) {
                const { parserServices: services } = sourceCode as unknown as {
                  parserServices: { program?: object | null }
                }
                const project = { catalog: catalogOf(SCHEMA), settings, problems: [], root: files.dir }
                const context = { sourceCode, ast: sourceCode.ast, filename, project, languageOptions }
                const uses = findRowUses({
                  ...context,
                  ...(services.program && { services }),
                } as unknown as CodeContext)
                wrong = uses
                  .filter(({ value, valueSet }) => !valueSet.values.some((label) => label.value === value))
                  .map(({ range }) => code.slice(...range))
                return {}
              },
            },
          },
        },
      },
      rules: { 'test/find': 'error' },
    },
    { filename },
  )
  expect(messages).toEqual([])
  return wrong!
}

describe('with type information', () => {
  it('follows what functions of other files return, to the table that their types stand for', () => {
    const code = `import { agents, load, loadAll, other, role } from './db.js'
export async function f() {
  const w = await load()
  if (w.status === 'a1' || w.name === 'a2') return
  for (const { status, plan } of await loadAll()) if (status === 'a3' || plan === 'a4') return
  const all = await loadAll()
  all.map((one) => one.status === 'a5')
  const list = await agents()
  if (list[0]?.status === 'a6' || other.status === 'a7') return
  const r = role
  switch (r as string | undefined) { case 'a8': return }
  if (String(r) === 'a9') return
}
`
    expect(wrongIn(code, true)).toEqual(["'a1'", "'a3'", "'a4'", "'a5'"])
    expect(wrongIn(code, false)).toEqual([])
  })

  it('gives the same as without where the proof is in the file', () => {
    const code = `import { Role } from './tables.js'
import type { WorkspacesTable } from './tables.js'
export function f(w: WorkspacesTable, r: Role) {
  if (w.status === 'a1' || w.name === 'a2') return
  if (r === Role.gone) return
  w.status = 'a3'
}
`
    expect(wrongIn(code, true)).toEqual(["'a1'", 'Role.gone', "'a3'"])
    expect(wrongIn(code, false)).toEqual(wrongIn(code, true))
  })
})
