import { existsSync, readdirSync, realpathSync, type Dirent } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { ProjectProblem } from '../project.js'
import {
  declaredFolders,
  hasUpLine,
  DUMPS,
  MARKS,
  PLACES,
  SEARCHED_NAMES,
  SKIPPED_NAMES,
  SQITCH_FOLDERS,
} from './conventions.js'
import { otherEngine } from './engines.js'
import { byCodeUnit, isFolder, openFolder, projectPath } from './files.js'
import { textOf } from './marks.js'
import type { Folder, SourceFile } from './migration.js'
import { otherFiles, languageOf } from './other-kinds.js'
import { plain } from './tools/plain.js'
import { toolOf } from './tools/index.js'

/** Where a project's migrations were found, or why they were not. */
export interface Discovery {
  /** Absolute path of the folder; undefined where none, or more than one equally near, was found. */
  readonly dir: string | undefined
  /** The tool whose marks it bears. */
  readonly tool: string | undefined
  /** Absolute path of the repository (or package) that was searched: origins are relative to it. */
  readonly root: string
  /** Where nothing was found, or several: one problem that says what to write. */
  readonly problems: readonly ProjectProblem[]
  /** Folders that were looked at and are not this database's, nearest first. */
  readonly rejected: readonly Rejected[]
}

interface Rejected {
  readonly dir: string
  readonly reason: string
  /** True where it holds the migrations of another engine than Postgres. */
  readonly isForeign?: boolean
}

interface Candidate {
  readonly dir: string
  readonly tool: string
}

/** Where a set was found, as its reader takes it. */
export interface FoundLocation extends Candidate {
  /** See {@link Discovery}. */
  readonly root: string
}

interface Level {
  readonly found: readonly Candidate[]
  readonly rejected: Discovery['rejected']
  readonly cut: boolean
}

const NOTHING: Level = { found: [], rejected: [], cut: false }
const MAX_SEARCHED_FOLDERS = 4_000
const MAX_SEARCH_DEPTH = 6
/** Java keeps its files so many folders deeper. */
const RESOURCES = /[\\/]src[\\/]main(?:[\\/]resources(?:[\\/]db)?)?$/
const RESOURCES_DEPTH = 4

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}

/** What a folder holds: listed once, whatever is asked of it. */
class Listing {
  readonly names: ReadonlySet<string>
  /** The names of the folders in it, sorted; links to folders are left out. */
  readonly inner: readonly string[]

  constructor(readonly dir: string) {
    const entries = entriesOf(dir)
    this.names = new Set(entries.map(({ name }) => name))
    this.inner = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(byCodeUnit)
  }

  get isRepository(): boolean {
    return ['.git', '.hg', '.jj'].some((name) => this.names.has(name))
  }

  get isPackage(): boolean {
    return ['package.json', 'pnpm-workspace.yaml', 'go.work', 'deno.json'].some((name) =>
      this.names.has(name),
    )
  }

  /** The absolute paths of the folders among `places`, which are relative. */
  folders(places: readonly string[]): string[] {
    return places
      .filter((place) => this.names.has(place.split('/', 1)[0]!))
      .map((place) => join(this.dir, place))
      .filter(isFolder)
  }
}

/** A folder's own migrations, or those of the folders in it (one for each database), or why it has none. */
function examine(dir: string, root: string): Level {
  let folder: Folder
  try {
    folder = openFolder(dir, root)
  } catch (error) {
    return { ...NOTHING, rejected: [{ dir, reason: (error as Error).message }] }
  }
  const tool = toolOf(folder)
  const direct = folder.files.some(({ name }) => !name.includes('/') && name.endsWith('.sql'))
  if (tool !== undefined && (tool !== plain || direct)) {
    const reason = otherEngine(folder, tool)
    return reason === undefined
      ? { ...NOTHING, found: [{ dir, tool: tool.name }] }
      : { ...NOTHING, rejected: [{ dir, reason, isForeign: true }] }
  }
  const inner = [
    ...new Set(folder.files.flatMap(({ name }) => (name.includes('/') ? [name.split('/')[0]!] : []))),
  ]
  // One set in folders: of each migration (`up.sql`), or of each release, by number.
  const isOne =
    inner.every((name) => /^\d+$/.test(name)) || inner.every((name) => folder.file(`${name}/up.sql`))
  if (tool !== undefined && isOne && otherEngine(folder, tool) === undefined)
    return { ...NOTHING, found: [{ dir, tool: tool.name }] }
  const [other] = otherFiles(folder)
  // Where the folder's own migrations are no SQL, the SQL in its folders is what they use.
  const isLeaf = tool === undefined && folder.files.some(({ name }) => !name.includes('/'))
  const levels = isLeaf || other !== undefined ? [] : inner.map((name) => examine(join(dir, name), root))
  if (levels.length > 0) return union(levels)
  const reason =
    other === undefined
      ? 'it holds no SQL migrations'
      : `its migrations are written in ${languageOf(other.name) ?? 'another language'}, which is not read`
  return { ...NOTHING, rejected: [{ dir, reason }] }
}

function union(levels: readonly Level[]): Level {
  const found = new Map<string, Candidate>()
  for (const candidate of levels.flatMap((level) => level.found)) {
    const real = realpathSync(candidate.dir)
    if (!found.has(real)) found.set(real, candidate)
  }
  const rejected = new Map(levels.flatMap((level) => level.rejected).map((item) => [item.dir, item]))
  return {
    found: [...found.values()],
    rejected: [...rejected.values()],
    cut: levels.some((level) => level.cut),
  }
}

/**
 * Finds the migrations of linted files, remembering what it has seen of a folder: for one run, or until a file was
 * added or removed.
 */
export class MigrationFinder {
  readonly #listings = new Map<string, Listing>()
  readonly #declarations = new Map<string, Level>()
  readonly #places = new Map<string, Level>()
  readonly #searches = new Map<string, Level>()
  readonly #examined = new Map<string, Level>()

  /**
   * Never throws.
   *
   * @param stopAt The folder to stop at going upward; default the repository's.
   * @param cwd Absolute: where to stop in a project without repository and package.
   */
  find(fromFile: string, stopAt?: string, cwd = process.cwd()): Discovery {
    const file = resolve(fromFile)
    const root = this.#rootOf(file, stopAt, cwd)
    const rejected: Discovery['rejected'][number][] = []
    let cut = false
    for (let dir = dirname(file); ; dir = dirname(dir)) {
      const levels = [
        () => this.#declared(dir, root),
        () => this.#conventional(dir, root),
        ...(dir === root || this.#list(dir).isPackage ? [() => this.#search(dir, root)] : []),
      ]
      for (const look of levels) {
        const level = look()
        rejected.push(...level.rejected)
        cut ||= level.cut
        if (level.found.length > 0)
          return decide(this.#withoutCopies(level.found, dir, root), root, rejected, file)
      }
      if (dir === root || dirname(dir) === dir) break
    }
    return {
      dir: undefined,
      tool: undefined,
      root,
      problems: [noneFound(root, rejected, cut, file)],
      rejected: unique(rejected),
    }
  }

  /**
   * A folder that was found in `dir`, where another further up holds some of the same files: the one that holds all of both, else
   * both, of which nobody can tell which is left behind.
   */
  #withoutCopies(found: readonly Candidate[], dir: string, root: string): readonly Candidate[] {
    const [only] = found
    if (found.length > 1 || dir === root) return found
    for (let above = dirname(dir); ; above = dirname(above)) {
      const { found: others } = union([this.#declared(above, root), this.#conventional(above, root)])
      for (const other of others) {
        const kept = other.dir === only!.dir ? [] : ofCopies(only!, other, root)
        if (kept.length > 0) return kept
      }
      if (above === root || dirname(above) === above) return found
    }
  }

  /** All sets that files in `folder`, or beneath it, may be linted against. Never throws. */
  findAll(folder: string): readonly FoundLocation[] {
    const top = resolve(folder)
    const { dir, tool, root } = this.find(join(top, 'any'), undefined, top)
    const nearest = dir === undefined || tool === undefined ? [] : [{ dir, tool }]
    const { found } = union([this.#conventional(top, root), this.#search(top, root)])
    const byDir = new Map([...nearest, ...found].map((one) => [one.dir, { root, ...one }]))
    return [...byDir.values()].sort((a, b) => byCodeUnit(a.dir, b.dir))
  }

  /**
   * The folder above `file` that holds everything of its project: the repository, else the outermost package, else the
   * working directory.
   */
  #rootOf(file: string, stopAt: string | undefined, cwd: string): string {
    const stop = stopAt === undefined ? undefined : resolve(stopAt)
    let outermost: string | undefined
    for (let dir = dirname(file); ; dir = dirname(dir)) {
      const listing = this.#list(dir)
      if (dir === stop || listing.isRepository) return dir
      if (listing.isPackage || listing.names.has('.github')) outermost = dir
      if (dirname(dir) === dir) return outermost ?? (file.startsWith(join(cwd, '/')) ? cwd : dirname(file))
    }
  }

  #list(dir: string): Listing {
    return remember(this.#listings, dir, () => new Listing(dir))
  }

  #examine(dir: string, root: string): Level {
    return remember(this.#examined, dir, () => {
      const level = examine(dir, root)
      if (level.found.length > 0) return level
      // Configuration that lies where the migrations would, and says that they lie elsewhere.
      const declared = declaredFolders(dir, this.#list(dir).names).filter(
        (each) => each !== dir && isFolder(each),
      )
      return union([...declared.map((each) => examine(each, root)), level])
    })
  }

  /** The folders that configuration files in one folder name. */
  #declared(dir: string, root: string): Level {
    return remember(this.#declarations, dir, () => {
      const folders = declaredFolders(dir, this.#list(dir).names).filter(isFolder)
      return union(folders.map((folder) => this.#examine(folder, root)))
    })
  }

  /** The conventional places beneath one folder. */
  #conventional(dir: string, root: string): Level {
    return remember(this.#places, dir, () =>
      union(
        this.#list(dir)
          .folders(PLACES)
          .map((folder) => this.#examine(folder, root)),
      ),
    )
  }

  /**
   * Breadth first through everything beneath a package or repository, within bounds. Folders that only their files'
   * names tell count where there are no others.
   */
  #search(top: string, root: string): Level {
    return remember(this.#searches, top, () => {
      const levels: Level[] = []
      const marked: string[] = []
      let queue = [top]
      let visited = 0
      for (let depth = 0; depth < MAX_SEARCH_DEPTH + RESOURCES_DEPTH && queue.length > 0; depth++) {
        const next: string[] = []
        for (const dir of queue) {
          if (++visited > MAX_SEARCHED_FOLDERS) return { ...union(levels), cut: true }
          const { names, inner } = this.#list(dir)
          levels.push(this.#declared(dir, root))
          if ([...names].some((name) => MARKS.test(name)) || hasUpLine(dir, names)) marked.push(dir)
          const isSqitch = names.has('sqitch.plan')
          for (const name of inner) {
            if (SKIPPED_NAMES.test(name)) continue
            if (isSqitch && SQITCH_FOLDERS.test(name)) continue
            const path = join(dir, name)
            if (SEARCHED_NAMES.test(name)) levels.push(this.#examine(path, root))
            else if (depth + 1 < MAX_SEARCH_DEPTH || RESOURCES.test(path)) next.push(path)
          }
        }
        queue = next
      }
      const level = union(levels)
      if (level.found.length > 0 || marked.length === 0) return level
      return union([level, ...marked.map((dir) => this.#examine(dir, root))])
    })
  }
}

/** So many files of the same name and content are no accident. */
const COPIED = 2

/** Those of two folders that may be a database's, where they share files: the one that holds all of both, else both; none where they don't. */
function ofCopies(near: Candidate, far: Candidate, root: string): readonly Candidate[] {
  if (near.tool !== far.tool) return []
  const [a, b] = [near, far].map(({ dir }) => new Map(filesIn(dir, root).map((file) => [file.name, file])))
  const shared = [...a!].filter(([name, file]) => {
    const other = b!.get(name)
    return other !== undefined && textOf(other) === textOf(file)
  })
  if (shared.length < Math.min(COPIED, a!.size, b!.size)) return []
  if (shared.length === b!.size) return [near]
  return shared.length === a!.size ? [far] : [near, far]
}

function filesIn(dir: string, root: string): readonly SourceFile[] {
  try {
    return openFolder(dir, root).files
  } catch {
    return []
  }
}

function remember<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  memory.set(key, made)
  return made
}

function unique(rejected: Discovery['rejected']): Discovery['rejected'] {
  return [...new Map(rejected.map((item) => [item.dir, item])).values()]
}

function quoted(paths: readonly string[]): string {
  const shown = paths.slice(0, 6).map((path) => `"${path}"`)
  return shown.join(', ') + (paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '')
}

function decide(
  found: readonly Candidate[],
  root: string,
  rejected: Discovery['rejected'],
  file: string,
): Discovery {
  const [only] = found
  if (found.length === 1) return { ...only!, root, problems: [], rejected: unique(rejected) }
  const paths = found.map(({ dir }) => projectPath(root, dir)).sort(byCodeUnit)
  const message =
    `Several folders hold migrations for Postgres, none nearer to this file than the others: ${quoted(paths)}. ` +
    `Say which one this code uses: pgEnum.configure({ files: [...], migrations: "${paths[0]}" }).`
  return { dir: undefined, tool: undefined, root, problems: [{ message, file }], rejected: unique(rejected) }
}

/** The nearest dump of a schema, by the names that tools give one. */
function dumpNear(file: string, root: string): string | undefined {
  for (let dir = dirname(file); ; dir = dirname(dir)) {
    const dump = DUMPS.map((name) => join(dir, name)).find((path) => existsSync(path))
    if (dump !== undefined || dir === root || dirname(dir) === dir) return dump
  }
}

function noneFound(
  root: string,
  rejected: Discovery['rejected'],
  cut: boolean,
  file: string,
): ProjectProblem {
  // In the same order for all files of a project, so that it is said once.
  const seen = [...unique(rejected)]
    .sort((a, b) => byCodeUnit(a.dir, b.dir))
    .slice(0, 4)
    .map(({ dir, reason }) => `"${projectPath(root, dir)}" is none: ${reason}`)
  const dump = dumpNear(file, root)
  const message = [
    `No SQL migrations for Postgres were found between this file and ${basename(root)}.`,
    ...(seen.length > 0 ? [`${seen.join('; ')}.`] : []),
    ...(cut ? ['The project has more folders than are searched.'] : []),
    'Say where they are: pgEnum.configure({ migrations: "path/to/migrations" }).',
    ...(dump === undefined
      ? []
      : [
          `There is a dump of the schema: pgEnum.configure({ schema: "${projectPath(root, dump)}" }) takes that.`,
        ]),
  ].join(' ')
  const isForeign = rejected.some((one) => one.isForeign)
  return { message, file, noneFound: isForeign ? 'another engine' : 'nothing' }
}

/** Finds the migrations of the database that a linted file talks to; see {@link MigrationFinder}. Never throws. */
export function findMigrations(fromFile: string, stopAt?: string, cwd?: string): Discovery {
  return new MigrationFinder().find(fromFile, stopAt, cwd)
}
