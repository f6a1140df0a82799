import type { Catalog } from './catalog/model.js'
import type { Migration, MigrationSet } from './migrations/migration.js'
import type { Checkpoint, ReplayOptions } from './sql/replay.js'

/** The catalogs that the statements of one migration file meet. */
export interface FileHistory {
  /** False for a file that changes the catalog but is no migration: a seed, a view, a dump. */
  readonly isMigration: boolean
  /**
   * The catalog just before the statement at a UTF-16 offset of the file; undefined for a part of the file that the tool
   * does not run when it applies migrations, such as what takes them back.
   */
  before(offset: number): Catalog | undefined
}

/** A part of the file that runs, and the catalogs before those of its statements that bear on the catalog. */
interface Run {
  readonly start: number
  readonly end: number
  readonly steps: { readonly offset: number; readonly catalog: Catalog }[]
  /** Behind its last step. */
  readonly last: Catalog
}

function runsOf(
  migration: Migration,
  path: string,
  checkpoint: Checkpoint,
  onResult?: ReplayOptions['onResult'],
): Run[] {
  const found: { file: string; offset: number | undefined; catalog: Catalog }[] = []
  const last = checkpoint.run(migration, {
    onStatement({ file, offset }, catalog) {
      found.push({ file, offset, catalog: catalog() })
    },
    ...(onResult && { onResult }),
  })
  const runs: Run[] = []
  let next = 0
  for (const { file = migration.file, offset, text } of migration.pieces) {
    const end = offset === undefined ? undefined : offset + text.length
    const steps: Run['steps'] = []
    for (; found[next]?.file === file && isWithin(found[next]!.offset, offset, end); next++) {
      const step = found[next]!
      if (step.offset !== undefined) steps.push({ offset: step.offset, catalog: step.catalog })
    }
    // Behind the last of its steps a piece has the catalog that the next piece finds.
    if (file === path && offset !== undefined && end !== undefined)
      runs.push({ start: offset, end, steps, last: found[next]?.catalog ?? last })
  }
  return runs
}

/** Whether a statement at `offset` is of a piece; where the one is not known, neither is the other. */
function isWithin(offset: number | undefined, start: number | undefined, end: number | undefined): boolean {
  return start === undefined || end === undefined || offset === undefined
    ? offset === start
    : offset >= start && offset < end
}

/**
 * The names of the migration that a file takes back: `1_a.down.sql` and `1_a.sql`, `1_a/down.sql` and `1_a/up.sql`, and Sqitch's
 * `revert/a.sql` and `deploy/a.sql`.
 */
function counterparts(path: string): string[] {
  if (/(?:^|\/)revert\//.test(path)) return [path.replace(/(^|\/)revert\//, '$1deploy/')]
  if (!/(?:^|[./])down\.\w+$/i.test(path)) return []
  return [path.replace(/down(?=\.\w+$)/i, 'up'), path.replace(/\.down(?=\.\w+$)/i, '')]
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/**
 * Where a migration lies, and the SQL that a program takes its statements from: what takes it back lies beside that. What a
 * script in SQL includes may be anything's.
 */
function foldersOf({ file, pieces }: Migration): string[] {
  if (/\.sql$/i.test(file)) return [folderOf(file)]
  return [file, ...pieces.map((piece) => piece.file ?? file)].map(folderOf)
}

/** Statements that change the catalog, or how names are looked up in it. */
const DEFINES = /\b(?:create|alter|drop)\s|\bsearch_path\b/i

/** SQLSTATEs of what exists already: a schema, a table, an object of another kind. */
const DUPLICATES: ReadonlySet<string> = new Set(['42P06', '42P07', '42710'])

/** A file that lies among the migrations, but is not run when they are applied. */
const notRun: FileHistory = { isMigration: true, before: () => undefined }

/** Stands behind all migrations. */
const END: Migration = { name: '', file: '', pieces: [], transaction: false, unread: [] }

function hasFile(migration: Migration, path: string): boolean {
  return migration.file === path || migration.pieces.some(({ file }) => file === path)
}

/** What each migration of a set met. The set is replayed once, when it is first asked; each file again for its own. */
export class MigrationHistory {
  #made: Map<string, Checkpoint> | undefined
  #bare: Checkpoint | undefined
  #folders: ReadonlySet<string> | undefined
  readonly #files = new Map<string, { readonly text: string; readonly history: FileHistory }>()

  /**
   * @param set As it is on disk.
   * @param replay Replays a set and calls back before each migration.
   * @param reread Reads the set with another text for one file.
   */
  constructor(
    private readonly set: MigrationSet,
    private readonly replay: (
      set: MigrationSet,
      onMigration: NonNullable<ReplayOptions['onMigration']>,
    ) => unknown,
    private readonly reread: (path: string, text: string) => MigrationSet,
  ) {}

  /**
   * The history of a file, given the text that is linted, which may not be saved yet. Undefined for a file that neither
   * lies among the migrations nor changes the catalog: it meets the catalog behind all of them.
   *
   * @param path As origins name it: relative to the project, with `/`.
   */
  of(path: string, text: string): FileHistory | undefined {
    const known = this.#files.get(path)
    if (known?.text === text) return known.history
    const history = this.#read(path, text)
    if (history !== undefined) this.#files.set(path, { text, history })
    return history
  }

  #read(path: string, text: string): FileHistory | undefined {
    const { migrations } = this.set
    if (migrations.some((migration) => hasFile(migration, path))) {
      const set = this.set.textOf?.(path) === text ? this.set : this.reread(path, text)
      return this.#history(
        path,
        set.migrations.filter((migration) => hasFile(migration, path)),
      )
    }
    const files = counterparts(path)
    const undone = migrations.find(({ file }) => files.includes(file))
    if (undone !== undefined) {
      // It runs right behind the migration that it takes back.
      const pieces = [...undone.pieces, { text, offset: 0, line: 1, file: path }]
      return this.#history(path, [{ ...undone, pieces }])
    }
    this.#folders ??= new Set(migrations.flatMap(foldersOf))
    if (this.#folders.has(folderOf(path))) return notRun
    return DEFINES.test(text) ? this.#ownHistory(path, text) : undefined
  }

  #history(path: string, migrations: readonly Migration[]): FileHistory {
    return historyOf(
      migrations.flatMap((migration) => {
        const checkpoint = this.#before(migration)
        return checkpoint === undefined ? [] : runsOf(migration, path, checkpoint)
      }),
      true,
    )
  }

  /**
   * The history of a file that is no migration but changes the catalog: on top of the migrations, as a seed or a view does;
   * or by itself, where it makes again what they have made, as a dump or the schema of a test does.
   */
  #ownHistory(path: string, text: string): FileHistory {
    const file = {
      name: path,
      file: path,
      pieces: [{ text, offset: 0, line: 1 }],
      transaction: false,
      unread: [],
    }
    let makesAgain = false
    const runs = runsOf(file, path, this.#before(END)!, (_place, error) => {
      makesAgain ||= error !== undefined && DUPLICATES.has(error.code)
    })
    if (!makesAgain) return historyOf(runs, false)
    this.#bare ??= this.#checkpoints({ ...this.set, migrations: [], unread: [] }).get(END.name)!
    return historyOf(runsOf(file, path, this.#bare), false)
  }

  #before({ name }: Migration): Checkpoint | undefined {
    return (this.#made ??= this.#checkpoints(this.set)).get(name)
  }

  /** By the name of the migration that each is before; the last is before `END`. */
  #checkpoints(set: MigrationSet): Map<string, Checkpoint> {
    const made = new Map<string, Checkpoint>()
    this.replay({ ...set, migrations: [...set.migrations, END] }, (migration, checkpoint) =>
      made.set(migration.name, checkpoint()),
    )
    return made
  }
}

function historyOf(runs: readonly Run[], isMigration: boolean): FileHistory {
  return {
    isMigration,
    before(offset) {
      const run = runs.find(({ start, end }) => start <= offset && offset < end)
      return run && (run.steps.find((step) => step.offset >= offset)?.catalog ?? run.last)
    },
  }
}
