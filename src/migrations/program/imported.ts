import { posix } from 'node:path'
import { parseModule } from '../javascript.js'
import { textOf } from '../marks.js'
import type { Folder, SourceFile } from '../migration.js'
import { Evaluator } from './evaluate.js'
import { Lookups } from './lookups.js'
import { ModuleCode } from './modules.js'
import type { ProgramTool } from './tool.js'
import type { Exports, Module, Value } from './values.js'

/** So many files are parsed for one migration at most, beside those that were parsed for others, ... */
const MAX_FILES = 100
/** ... and for all of a set; ... */
const MAX_FILES_OF_SET = 1_000
/** ... so much text, in UTF-16 units, for one migration, ... */
const MAX_TEXT = 2 * 1024 * 1024
/** ... and of one file. */
const MAX_TEXT_OF_FILE = 512 * 1024

/** The files that a relative import may mean, of which TypeScript writes some with the ending that they will have. */
function candidates(path: string): string[] {
  const stem = path.replace(/\.([cm]?)js$/, '')
  if (stem !== path) return [`${stem}.ts`, path]
  if (/\.[cm]?ts$/.test(path)) return [path]
  return [`${path}.ts`, `${path}.js`, `${path}.cjs`, `${path}/index.ts`, `${path}/index.js`]
}

/** The code that migrations import from the project's files: of each file as much is evaluated, once, as they need. */
export class ImportedModules {
  readonly #files = new Map<string, Exports>()
  readonly #texts = new Map<string, string>()
  #ofSet = 0
  #parsed = 0
  #length = 0
  #limit: string | undefined

  #lookups = new Lookups()

  /** @param shared Takes what is looked for once for all migrations: by imports, and by what is imported. */
  constructor(
    private readonly folder: Folder,
    private readonly tool: ProgramTool,
    private readonly shared: Lookups,
  ) {}

  /** Whether a text is all of a file, by its path relative to the project, that a migration takes statements from. */
  isAllOf(path: string, text: string): boolean {
    return this.#texts.get(path) === text
  }

  /** Before the next file of migrations is read; gives what takes what only that looks for. */
  begin(): Lookups {
    this.#parsed = this.#length = 0
    this.#limit = undefined
    return (this.#lookups = new Lookups())
  }

  /** Why not all was read that the migration imports, a sentence fragment; undefined where all was that it takes. */
  get limit(): string | undefined {
    return this.#limit
  }

  /** The file at a path relative to the folder as a module. */
  module(path: string, text: string): Module {
    const dir = posix.dirname(path)
    return {
      text,
      dir,
      load: (specifier) => {
        const file = specifier.startsWith('.')
          ? this.#relative(posix.join(dir, specifier))
          : this.shared.look(this.folder, `${specifier} in ${dir}`, (folder) =>
              folder.imported?.(specifier, path),
            )
        return file && this.#exportsOf(file)
      },
      read: (other) => {
        const name = posix.normalize(other)
        const file = this.#lookups.look(this.folder, name, (folder) => folder.file(name))
        if (file === undefined) return undefined
        const read = { path: file.path, text: textOf(file) }
        this.#texts.set(read.path, read.text)
        return read
      },
    }
  }

  #relative(path: string): SourceFile | undefined {
    for (const name of candidates(path)) {
      const file = this.shared.look(this.folder, name, (folder) => folder.file(name))
      if (file !== undefined) return file
    }
    return undefined
  }

  #exportsOf(file: SourceFile): Exports {
    const known = this.#files.get(file.path)
    if (known !== undefined) return known
    const text = textOf(file)
    const module = this.module(file.name, text)
    const made = new ExportsOfFile(
      text,
      () => this.#parse(file.name, text, module),
      (evaluate) => this.#evaluate(module, evaluate),
    )
    this.#files.set(file.path, made)
    return made
  }

  #evaluate<T>(module: Module, evaluate: (evaluator: Evaluator) => T): T | undefined {
    const lookups = this.#lookups
    this.#lookups = this.shared
    try {
      return evaluate(new Evaluator(module, this.tool))
    } catch {
      // Too long or too deep to be followed: it is not constant.
      return undefined
    } finally {
      this.#lookups = lookups
    }
  }

  #parse(name: string, text: string, module: Module): ModuleCode | string | undefined {
    if (text.length > MAX_TEXT_OF_FILE)
      return this.#exceed(`${posix.basename(name)}, which it imports, is too large to be read`)
    if (this.#parsed >= MAX_FILES || this.#ofSet >= MAX_FILES_OF_SET || this.#length > MAX_TEXT)
      return this.#exceed("what it imports takes more of the project's code than is read")
    this.#parsed++
    this.#ofSet++
    this.#length += text.length
    const program = parseModule(text, name)
    return 'reason' in program ? undefined : new ModuleCode({ module, tool: this.tool }, program)
  }

  #exceed(limit: string): string {
    this.#limit ??= limit
    return limit
  }
}

/** What of a text shows that it may export a name which it does not hold. */
const PASSES_ON = /\bexport\s*(?:\*|=)|\bmodule\b|\bexports\b|__export/

/** What a file exports: it is parsed when something is asked for that it may export. */
class ExportsOfFile implements Exports {
  readonly #known = new Map<string, Value | undefined>()
  #code: { readonly parsed: ModuleCode | undefined } | undefined
  #all: ReadonlyMap<string, Value> | undefined

  /** @param parse Undefined for what is no module, a text for what is not parsed now. */
  constructor(
    private readonly text: string,
    private readonly parse: () => ModuleCode | string | undefined,
    private readonly evaluate: <T>(evaluate: (evaluator: Evaluator) => T) => T | undefined,
  ) {}

  get(name: string): Value | undefined {
    if (this.#known.has(name)) return this.#known.get(name)
    if (!this.text.includes(name) && !PASSES_ON.test(this.text)) return undefined
    const code = this.#parsed()
    if (code === undefined) return undefined
    // A circle of imports sees nothing of what is still being evaluated.
    this.#known.set(name, undefined)
    const value = this.evaluate((evaluator) => code.get(evaluator, name))
    this.#known.set(name, value)
    return value
  }

  all(): ReadonlyMap<string, Value> | undefined {
    const code = this.#all === undefined ? this.#parsed() : undefined
    if (code === undefined) return this.#all
    this.#all = new Map()
    return (this.#all = this.evaluate((evaluator) => code.all(evaluator)))
  }

  #parsed(): ModuleCode | undefined {
    if (this.#code !== undefined) return this.#code.parsed
    const parsed = this.parse()
    // For another migration there may be room.
    if (typeof parsed === 'string') return undefined
    this.#code = { parsed }
    return parsed
  }
}
