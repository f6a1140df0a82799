import { dirname, join, relative, resolve } from 'node:path'
import { baseOf } from './base.js'
import type { Catalog } from './catalog/model.js'
import {
  fingerprint,
  MigrationFinder,
  readMigrationSet,
  type FoundLocation,
  type MigrationLocation,
} from './migrations/discover.js'
import type { FileHistory, MigrationHistory } from './history.js'
import { projectPath } from './migrations/files.js'
import { isVersioned } from './migrations/other-kinds.js'
import { SetReader, type ReadSet } from './reader.js'
import { readSettings, type ReadSettings, type Settings } from './settings.js'

/** Why a project has no catalog, or not a whole one: one report for the reader. */
export interface ProjectProblem {
  /** A full sentence: what is wrong, where, what to do. */
  readonly message: string
  /** Absolute path and line of what is wrong, where it is in a file. */
  readonly file?: string
  readonly line?: number
  /** Set where no migrations were found: then the database may be another than Postgres, and it is if all that were found are of another. */
  readonly noneFound?: 'nothing' | 'another engine'
}

/** The database that a linted file talks to. */
export interface Project {
  readonly settings: Settings
  /** Undefined where no migrations were found or the settings are wrong: then `problems` says why. */
  readonly catalog: Catalog | undefined
  readonly problems: readonly ProjectProblem[]
  /** Absolute path that origins' files are relative to. */
  readonly root: string
  /**
   * The catalogs that the statements of a migration met; undefined for a file that is no migration of this database.
   *
   * @param filename Absolute.
   * @param text The file's text as it is linted.
   */
  historyOf?(filename: string, text: string): FileHistory | undefined
  /** Whether a file is in a folder of the migrations and bears a version: it ran when the database was another. */
  isMigration?(filename: string): boolean
}

/** What was made of a migration set. */
interface Loaded extends Pick<ReadSet, 'mark' | 'dependsOn' | 'catalog' | 'problems'> {
  readonly history?: () => MigrationHistory
}

/** Where the migrations for a linted file are, or why that is not known. */
type Located =
  | { readonly location: MigrationLocation }
  | { readonly problems: readonly ProjectProblem[]; readonly root: string }

/** In a long run, looking whether files have changed rests for this many times the time it took: 0.1 % of the run, ... */
const REST = 1000
/** ... but no longer than this, as long as that makes it 0.2 % at most. */
const LONG_REST_MS = 2000
const SHORT_REST = 500
/** Where the same file is linted again, as in an editor, a look this quick is worth it each time, ... */
const QUICK_MS = 10
/** ... and a slower one after this many times its own time. */
const EDITOR_REST = 10

/**
 * Says when to look whether files have changed: in a long run, in which each file is linted once, seldom; in an editor,
 * where the same file is linted again and again, each time.
 */
class Rest {
  readonly #linted = new Set<string>()
  #until = 0
  #untilAgain = 0

  /** Whether to look now, before `filename` is linted, or before anything is. */
  isOver(filename?: string): boolean {
    const now = performance.now()
    if (filename === undefined) return now >= this.#until
    const isOver = now >= this.#until || (now >= this.#untilAgain && this.#linted.has(filename))
    if (isOver) this.#linted.clear()
    this.#linted.add(filename)
    return isOver
  }

  /** Looks, and begins to rest. */
  during<T>(look: () => T): T {
    const start = performance.now()
    const seen = look()
    const end = performance.now()
    const took = end - start
    this.#until = end + Math.min(took * REST, Math.max(took * SHORT_REST, LONG_REST_MS))
    this.#untilAgain = took < QUICK_MS ? 0 : end + took * EDITOR_REST
    return seen
  }
}

/** A migration set with its catalog, made again when one of its files has changed, appeared or disappeared. */
class WatchedSet {
  readonly #rest = new Rest()
  #loaded: Loaded | undefined

  readonly #reader: SetReader
  /** Files of its folders that it does not depend on. */
  readonly #others = new Set<string>()

  constructor(
    private readonly location: MigrationLocation,
    private readonly searchPath: readonly string[],
  ) {
    this.#reader = new SetReader(location)
  }

  get(filename: string): Loaded {
    const loaded = this.#loaded
    const isOver = this.#rest.isOver(filename) || this.#isNew(filename)
    if (loaded !== undefined) {
      if (!isOver) return loaded
      if (this.#rest.during(() => fingerprint(loaded)) === loaded.mark) return loaded
    }
    return (this.#loaded = load(this.location, this.searchPath, this.#reader))
  }

  /** Whether a migration is linted that was not there when the others were read: its author waits for nothing. Once for each. */
  #isNew(filename: string): boolean {
    if (this.#loaded === undefined || !/\.sql$/i.test(filename) || this.#others.has(filename)) return false
    if (!foldersAt(this.location).some((dir) => filename.startsWith(join(dir, '/')))) return false
    if (this.#loaded.dependsOn.includes(filename)) return false
    this.#others.add(filename)
    return true
  }
}

/** The absolute folders at a location. */
function foldersAt({ root, dir, dirs = dir === undefined ? [] : [dir] }: MigrationLocation): string[] {
  return dirs.map((each) => resolve(root, each))
}

/** The search path of the database: that of its migrations, where they have one of their own. */
function searchPathOf({ migrations, searchPath }: Settings): readonly string[] {
  return migrations?.find((each) => each.searchPath !== undefined)?.searchPath ?? searchPath
}

/** Reads a migration set and replays it. Never throws: what is wrong is in `problems`. */
function load(location: MigrationLocation, searchPath: readonly string[], reader: SetReader): Loaded {
  try {
    const read = reader.read({ searchPath })
    let history: MigrationHistory | undefined
    return { ...read, history: () => (history ??= reader.history(read.set(), { searchPath })) }
  } catch (error) {
    const message = `The migrations could not be replayed, which is a fault of eslint-plugin-pg-enum: ${String(error)}. Please report it.`
    const { dependsOn } = readMigrationSet(location)
    return { mark: fingerprint({ dependsOn }), dependsOn, catalog: undefined, problems: [{ message }] }
  }
}

/** Where the settings say that the migrations are; undefined where they leave it to be found. */
export function configured(settings: Settings, cwd: string, filename?: string): Located | undefined {
  const { migrations, schema, basePath } = settings
  if (schema !== undefined) {
    const root = baseOf(cwd, basePath, schema, filename)
    if (/\.sql$/i.test(schema)) return { location: { root, files: [schema] } }
    const message = `The schema ${schema} in settings['pg-enum'] is no SQL file, and only those are read. Set "migrations" to the folder of the migrations instead.`
    return { problems: [{ message }], root }
  }
  if (migrations === undefined) return undefined
  const root = baseOf(cwd, basePath, migrations[0]!.dir, filename)
  const tools = new Set(migrations.flatMap(({ tool }) => tool ?? []))
  if (tools.size > 1) {
    const message = `The folders of settings['pg-enum'].migrations are one migration set, but have several tools: ${[...tools].join(', ')}. Use pgEnum.configure() for each database, with its own files.`
    return { problems: [{ message }], root }
  }
  const [tool] = tools
  const dirs = migrations.map(({ dir }) => dir)
  return { location: { root, dirs, ...(tool === undefined ? {} : { tool }) } }
}

/** Finds and keeps the projects of linted files. */
export class Projects {
  readonly #settings = new WeakMap<object, ReadSettings>()
  readonly #sets = new Map<string, WatchedSet>()
  readonly #projects = new WeakMap<Loaded, WeakMap<Settings, Project>>()
  readonly #findings = new Map<string, Located>()
  readonly #watched = new WeakMap<Settings, WeakMap<MigrationLocation, WatchedSet>>()
  readonly #rest = new Rest()
  #finder = new MigrationFinder()

  /**
   * The project of a linted file. Never throws; what is wrong is in `problems`.
   *
   * @param filename Absolute.
   * @param raw `settings['pg-enum']`, whatever it is.
   * @param cwd Absolute: ESLint's working directory.
   */
  for(filename: string, raw: unknown, cwd: string): Project {
    const { settings, problems } = this.#read(raw)
    if (problems.length > 0) {
      return { settings, catalog: undefined, problems: problems.map((message) => ({ message })), root: cwd }
    }
    const located = configured(settings, cwd, filename) ?? this.#find(filename, cwd)
    if (!('location' in located)) return { settings, catalog: undefined, ...located }
    const loaded = this.#load(located.location, settings, filename)
    const known = getOrMake(this.#projects, loaded, () => new WeakMap<Settings, Project>())
    const { root } = located.location
    return getOrMake(known, settings, () => ({
      settings,
      catalog: loaded.catalog,
      problems: loaded.problems,
      root,
      isMigration: (path) => isWithin(located.location, path),
      historyOf: (path, text) => loaded.history?.().of(projectPath(root, path), text),
    }))
  }

  #read(raw: unknown): ReadSettings {
    if (typeof raw !== 'object' || raw === null) return readSettings(raw)
    return getOrMake(this.#settings, raw, () => readSettings(raw))
  }

  #find(filename: string, cwd: string): Located {
    const folder = dirname(filename)
    const find = (): Located => {
      const { dir, tool, root, problems } = this.#finder.find(filename, undefined, cwd)
      if (dir === undefined) return { problems, root }
      return { location: { root, dir, ...(tool === undefined ? {} : { tool }) } }
    }
    if (this.#rest.isOver(filename)) this.#findings.set(folder, this.#findAnew(find))
    return getOrMake(this.#findings, folder, find)
  }

  /** Where the migrations of files beneath `cwd` may be, found by convention. Never throws. */
  locationsBeneath(cwd: string): readonly FoundLocation[] {
    const find = () => this.#finder.findAll(cwd)
    return this.#rest.isOver() ? this.#findAnew(find) : find()
  }

  #findAnew<T>(find: () => T): T {
    this.#findings.clear()
    this.#finder = new MigrationFinder()
    return this.#rest.during(find)
  }

  #load(location: MigrationLocation, settings: Settings, filename: string): Loaded {
    const ofSettings = getOrMake(this.#watched, settings, () => new WeakMap<object, WatchedSet>())
    const watched = getOrMake(ofSettings, location, () => {
      const searchPath = searchPathOf(settings)
      const key = JSON.stringify([location, searchPath])
      return getOrMake(this.#sets, key, () => new WatchedSet(location, searchPath))
    })
    return watched.get(filename)
  }
}

/** Whether a file, or a folder that it is in, bears a version among the migrations at `location`. */
function isWithin(location: MigrationLocation, file: string): boolean {
  return foldersAt(location).some((dir) => {
    const parts = relative(dir, file).split(/[\\/]/)
    return parts[0] !== '..' && parts.some(isVersioned)
  })
}

function getOrMake<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const projects = new Projects()

/** {@link Projects.for} of this process. */
export function projectFor(filename: string, raw: unknown, cwd: string): Project {
  return projects.for(filename, raw, cwd)
}

/** {@link Projects.locationsBeneath} for this process. */
export function locationsBeneath(cwd: string): readonly FoundLocation[] {
  return projects.locationsBeneath(cwd)
}
