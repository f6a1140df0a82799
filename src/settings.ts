import { nearest } from './suggest/nearest.js'
import { mention } from './suggest/quote.js'

/** A folder (or file) of migrations. Several of them are one migration set, merged in the tool's order. */
export interface MigrationsSetting {
  /** Absolute, or relative to the base path. */
  readonly dir: string
  /** The tool's name; without it the tool is told by its marks. */
  readonly tool?: string
  /** The search path that the migrations run with. */
  readonly searchPath?: readonly string[]
}

/** `settings['pg-enum']`, validated. {@link SETTINGS} says what each means. */
export interface Settings {
  readonly migrations?: readonly MigrationsSetting[]
  readonly schema?: string
  readonly searchPath: readonly string[]
  /** TypeScript row type → table. */
  readonly rows: Readonly<Record<string, string>>
  /** TypeScript name → enum type. */
  readonly mirrors: Readonly<Record<string, string>>
  readonly sqlTags: readonly string[]
  readonly sqlCallees: readonly string[]
  /** Absolute, or relative to ESLint's working directory. */
  readonly basePath?: string
  /** Name of a migration set → digest of its files. Nothing but `eslint --cache` looks at it. */
  readonly digest?: Readonly<Record<string, string>>
}

/** `settings['pg-enum']` as a user writes it. */
export interface SettingsInput extends Partial<Omit<Settings, 'migrations'>> {
  readonly migrations?: string | MigrationsSetting | readonly (string | MigrationsSetting)[]
}

/** Collects what is wrong, a full sentence each. */
class Complaints {
  readonly sentences: string[] = []

  wrong(key: string, value: unknown, expected: string): undefined {
    const [top] = key.split(/[.[]/, 1)
    const example = Object.hasOwn(SETTINGS, top!) ? SETTINGS[top as keyof Settings].example : ''
    this.sentences.push(
      `settings['pg-enum'].${key} must be ${expected}, but is ${show(value)}. For example: ${example}.`,
    )
  }

  unknown(key: string, known: readonly string[]): void {
    const [meant] = nearest(key.slice(key.lastIndexOf('.') + 1), known)
    const way = meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${mention(meant)}?`
    this.sentences.push(`settings['pg-enum'].${key} is not a setting. ${way}`)
  }
}

/** What a value must be. `read` complains, and gives undefined, where it is not. */
interface Shape<T> {
  readonly expected: string
  read(value: unknown, key: string, complaints: Complaints): T | undefined
}

const text: Shape<string> = {
  expected: 'a string that is not empty',
  read(value, key, complaints) {
    return typeof value === 'string' && value.trim() !== ''
      ? value
      : complaints.wrong(key, value, this.expected)
  },
}

function listOf<T>(item: Shape<T>, expected: string): Shape<readonly T[]> {
  return {
    expected,
    read(value, key, complaints) {
      if (!Array.isArray(value)) return complaints.wrong(key, value, expected)
      return value.flatMap((one: unknown, index) => item.read(one, `${key}[${index}]`, complaints) ?? [])
    },
  }
}

function recordOf(expected: string): Shape<Readonly<Record<string, string>>> {
  return {
    expected,
    read(value, key, complaints) {
      if (!isObject(value)) return complaints.wrong(key, value, expected)
      const entries = Object.entries(value).map(
        ([name, one]) => [name, text.read(one, `${key}.${name}`, complaints)] as const,
      )
      return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
    },
  }
}

const names = listOf(text, 'a list of strings')

const folder: Shape<MigrationsSetting> = {
  expected: 'a folder, or { dir, tool, searchPath }',
  read(value, key, complaints) {
    if (typeof value === 'string') {
      const dir = text.read(value, key, complaints)
      return dir === undefined ? undefined : { dir }
    }
    if (!isObject(value)) return complaints.wrong(key, value, this.expected)
    const read = readKeys({ dir: undefined, ...value }, `${key}.`, FOLDER_KEYS, complaints)
    return read.dir === undefined ? undefined : (read as unknown as MigrationsSetting)
  },
}

const FOLDER_KEYS = { dir: text, tool: text, searchPath: names }

const folders: Shape<readonly MigrationsSetting[]> = {
  expected: 'a folder, { dir, tool, searchPath }, or a list of these',
  read(value, key, complaints) {
    if (typeof value === 'string' || isObject(value)) {
      const one = folder.read(value, key, complaints)
      return one && [one]
    }
    if (!Array.isArray(value) || value.length === 0) return complaints.wrong(key, value, this.expected)
    return listOf(folder, this.expected).read(value, key, complaints)
  },
}

interface Setting<T> {
  readonly shape: Shape<T>
  /** For the docs. */
  readonly description: string
  /** What holds without it, for the docs. */
  readonly fallback: string
  /** For the docs and for what errors propose. */
  readonly example: string
}

/** Every setting there is. Validation, error messages and docs/settings.md come from here. */
export const SETTINGS: { readonly [Key in keyof Settings]-?: Setting<NonNullable<Settings[Key]>> } = {
  migrations: {
    shape: folders,
    description:
      'Where the migrations are. Several folders are one migration set, merged in the order of the tool. `tool` names the migration tool where its marks do not tell it; `searchPath` is the search path that the migrations run with.',
    fallback: 'found by convention, from the linted file upward',
    example: "migrations: 'db/migrations'",
  },
  schema: {
    shape: text,
    description: 'An SQL file that holds the whole schema, in place of migrations: a dump, `structure.sql`.',
    fallback: 'none',
    example: "schema: 'db/structure.sql'",
  },
  searchPath: {
    shape: names,
    description: "The search path of the application's connections.",
    fallback: "`['public']`",
    example: "searchPath: ['app', 'public']",
  },
  rows: {
    shape: recordOf('an object from names of row types to tables'),
    description: 'TypeScript row type → table.',
    fallback: '`{}`',
    example: "rows: { Workspace: 'workspaces' }",
  },
  mirrors: {
    shape: recordOf('an object from TypeScript names to enum types'),
    description: 'TypeScript declaration that repeats the values of an enum → enum type.',
    fallback: '`{}`',
    example: "mirrors: { WorkspaceStatus: 'workspace_status' }",
  },
  sqlTags: {
    shape: names,
    description: 'Template tags that hold SQL, beside the known ones.',
    fallback: '`[]`',
    example: "sqlTags: ['query']",
  },
  sqlCallees: {
    shape: names,
    description: 'Functions and methods whose first string is SQL, beside the known ones.',
    fallback: '`[]`',
    example: "sqlCallees: ['runQuery', 'store.exec']",
  },
  basePath: {
    shape: text,
    description: 'Where relative paths in these settings start.',
    fallback: 'the folder in which ESLint runs',
    example: 'basePath: import.meta.dirname',
  },
  digest: {
    shape: recordOf('what pgEnum.configure() puts there'),
    description:
      'What the migrations hold. `configs` and `configure()` put it there, so that `eslint --cache` drops results of older migrations.',
    fallback: 'none',
    example: "...pgEnum.configure({ migrations: 'db/migrations' })",
  },
}

const DEFAULTS: Settings = { searchPath: ['public'], rows: {}, mirrors: {}, sqlTags: [], sqlCallees: [] }

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value` for a message: short and on one line, whatever it is. */
function show(value: unknown): string {
  if (typeof value === 'string') return mention(value)
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'function') return 'a function'
  return isObject(value) ? 'an object' : String(value)
}

/** Reads the keys of an object that `shapes` knows, and complains about the others. `path` ends in a full stop. */
function readKeys(
  object: Record<string, unknown>,
  path: string,
  shapes: Readonly<Record<string, Shape<unknown>>>,
  complaints: Complaints,
): Record<string, unknown> {
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) {
    if (!Object.hasOwn(shapes, key)) {
      complaints.unknown(path + key, Object.keys(shapes))
      continue
    }
    // Configs are often put together from optional parts; only `dir` can't be left out.
    // null is how configure() takes back what a config before it has set.
    if ((value === undefined || value === null) && key !== 'dir') continue
    const one = shapes[key]!.read(value, path + key, complaints)
    if (one !== undefined) read[key] = one
  }
  return read
}

const SHAPES = Object.fromEntries(Object.entries(SETTINGS).map(([key, { shape }]) => [key, shape]))

export interface ReadSettings {
  readonly settings: Settings
  /** What is wrong, a full sentence each; what they speak of has its default in `settings`. */
  readonly problems: readonly string[]
}

/** Validates `settings['pg-enum']`, whatever it is. Never throws. */
export function readSettings(raw: unknown): ReadSettings {
  if (raw === undefined) return { settings: DEFAULTS, problems: [] }
  const complaints = new Complaints()
  if (!isObject(raw)) {
    const problem = `settings['pg-enum'] must be an object, but is ${show(raw)}. For example: { migrations: 'db/migrations' }.`
    return { settings: DEFAULTS, problems: [problem] }
  }
  try {
    const read = readKeys(raw, '', SHAPES, complaints)
    if (read.migrations !== undefined && read.schema !== undefined) {
      complaints.sentences.push(
        "settings['pg-enum'] has both migrations and schema, which are two descriptions of one database. Leave one of them out.",
      )
    }
    return { settings: { ...DEFAULTS, ...read }, problems: complaints.sentences }
  } catch {
    // An object whose properties throw when they are read.
    return {
      settings: DEFAULTS,
      problems: [`settings['pg-enum'] could not be read: one of its properties throws.`],
    }
  }
}
