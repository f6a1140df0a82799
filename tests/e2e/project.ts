import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ESLint } from 'eslint'
import { inject } from 'vitest'

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One message of `eslint --format json`, shortened to what the tests compare. */
export interface Report {
  readonly file: string
  readonly line: number
  readonly value: string
  readonly ruleId: string | null
  readonly message: string
}

/** A project of files in which the packed package is installed. */
export class Project {
  readonly dir: string
  readonly #installed: string

  constructor(
    files: Record<string, string> = {},
    installed: keyof ReturnType<typeof installations> = 'eslint10',
  ) {
    this.#installed = installations()[installed]
    this.dir = mkdtempSync(join(this.#installed, 'project-'))
    for (const [path, text] of Object.entries(files)) this.write(path, text)
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts)
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true })
    writeFileSync(this.path(path), text)
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8')
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true })
  }

  copy(from: string, to = '.'): void {
    cpSync(from, this.path(to), { recursive: true })
  }

  /** Runs a command with this project as its folder; resolves whatever its exit code. */
  run(command: string, args: readonly string[], cwd = this.dir): Promise<Run> {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' }
      execFile(command, args, { cwd, env, timeout: 50_000 }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error)
        else resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr })
      })
    })
  }

  /** `npx eslint --format json ...`: fails when ESLint itself fails (a broken config, a rule that throws). */
  async eslint(args: readonly string[] = ['.'], cwd?: string): Promise<Report[]> {
    const bin = join(this.#installed, 'node_modules/eslint/bin/eslint.js')
    const { code, stdout, stderr } = await this.run(process.execPath, [bin, '--format', 'json', ...args], cwd)
    if (code > 1) throw new Error(stderr)
    return (JSON.parse(stdout) as ESLint.LintResult[]).flatMap(({ filePath, messages }) =>
      messages.map((message) => ({
        file: filePath.slice(this.dir.length + 1),
        line: message.line,
        value: /"([^"]*)"/.exec(message.message)?.[1] ?? '',
        ruleId: message.ruleId,
        message: message.message,
      })),
    )
  }
}

function installations() {
  return inject('installed')
}

/** A small database and one file with a right and a wrong value. */
export const small = {
  'migrations/001_mood.sql': `CREATE TYPE mood AS ENUM ('happy', 'sad');\nCREATE TABLE people (id int, mood mood);\n`,
  'src/people.ts': `export const cheer = (db: Db) => db.query("UPDATE people SET mood = 'hapy' WHERE mood = 'sad'")
interface Db { query(text: string): void }
`,
}

export const smallJavaScript = {
  'migrations/001_mood.sql': small['migrations/001_mood.sql'],
  'src/people.js': `export const cheer = (db) => db.query("UPDATE people SET mood = 'hapy' WHERE mood = 'sad'")\n`,
}

/** What an `eslint.config.mjs` for TypeScript says. */
export const config = `import parser from '@typescript-eslint/parser'
import pgEnum from 'eslint-plugin-pg-enum'
export default [{ files: ['**/*.ts'], languageOptions: { parser } }, pgEnum.configs.recommended]
`
