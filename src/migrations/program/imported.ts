import { posix } from 'node:path'
import { parseModule } from '../javascript.js'
import { textOf } from '../marks.js'
import type { Folder, SourceFile } from '../migration.js'
import { Evaluator } from './evaluate.js'
import { OutOfBounds } from './machine.js'
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
  #ofSet = 0
  #parsed = 0
  #length = 0

  constructor(
    private readonly folder: Folder,
    private readonly tool: ProgramTool,
  ) {}

  /** Before the next migration is read. */
  begin(): void {
    this.#parsed = this.#length = 0
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
          : this.folder.imported?.(specifier, path)
        return file && this.#exportsOf(file)
      },
      read: (other) => {
        const file = this.folder.file(posix.normalize(other))
        return file && { path: file.path, text: textOf(file) }
      },
    }
  }

  #relative(path: string): SourceFile | undefined {
    for (const name of candidates(path)) {
      const file = this.folder.file(name)
      if (file !== undefined) return file
    }
    return undefined
  }

  #exportsOf(file: SourceFile): Exports {
    const known = this.#files.get(file.path)
    if (known !== undefined) return known
    const text = textOf(file)
    const module = this.module(file.name, text)
    const made = new ExportsOfFile(text, module, this.tool, () => this.#parse(file.name, text, module))
    this.#files.set(file.path, made)
    return made
  }

  #parse(name: string, text: string, module: Module): ModuleCode | undefined {
    this.#parsed++
    this.#ofSet++
    this.#length += text.length
    if (text.length > MAX_TEXT_OF_FILE)
      throw new OutOfBounds(`it takes a value from ${posix.basename(name)}, which is too large to be read`)
    if (this.#parsed > MAX_FILES || this.#ofSet > MAX_FILES_OF_SET || this.#length > MAX_TEXT)
      throw new OutOfBounds("what it imports takes more of the project's code than is read")
    const program = parseModule(text, name)
    return 'reason' in program ? undefined : new ModuleCode({ module, tool: this.tool }, program)
  }
}

/** What of a text shows that it may export a name which it does not hold. */
const PASSES_ON = /\bexport\s*(?:\*|=)|\bmodule\b|\bexports\b|__export/

/** What a file exports: it is parsed when something is asked for that it may export. */
class ExportsOfFile implements Exports {
  readonly #known = new Map<string, Value | undefined>()
  #code: ModuleCode | undefined | 'not parsed' = 'not parsed'
  #all: ReadonlyMap<string, Value> | undefined

  constructor(
    private readonly text: string,
    private readonly module: Module,
    private readonly tool: ProgramTool,
    private readonly parse: () => ModuleCode | undefined,
  ) {}

  get(name: string): Value | undefined {
    if (this.#known.has(name)) return this.#known.get(name)
    if (!this.text.includes(name) && !PASSES_ON.test(this.text)) return undefined
    // A circle of imports sees nothing of what is still being evaluated.
    this.#known.set(name, undefined)
    const value = this.#read(name, (code, evaluator) => code.get(evaluator, name))
    this.#known.set(name, value)
    return value
  }

  all(): ReadonlyMap<string, Value> {
    if (this.#all !== undefined) return this.#all
    this.#all = new Map()
    return (this.#all = this.#read(undefined, (code, evaluator) => code.all(evaluator)) ?? new Map())
  }

  #read<T>(name: string | undefined, read: (code: ModuleCode, evaluator: Evaluator) => T): T | undefined {
    try {
      if (this.#code === 'not parsed') this.#code = this.parse()
      return this.#code && read(this.#code, new Evaluator(this.module, this.tool))
    } catch (error) {
      if (error instanceof OutOfBounds) {
        if (name === undefined) this.#all = undefined
        else this.#known.delete(name)
        throw error
      }
      // Too long or too deep to be followed: it is not constant.
      return undefined
    }
  }
}
