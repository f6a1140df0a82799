import { onceForFunction } from '../called/entered.js'
import type { Call, Entered } from '../called/entered.js'
import type { CodeContext } from '../context.js'
import type { FunctionNode } from '../reach/binding.js'
import { walk } from '../reach/site.js'
import type { SourceFile } from '../reach/site.js'
import type { CodeUse } from '../use.js'
import { isLibraryCall, meetCall } from './index.js'
import { BuilderFile } from './library.js'
import { librariesRunIn } from './prefilter.js'

/** The strings that functions of other files hand to query builders, as the calls that enter them see them. One for each linted file. */
export class BuilderQueries {
  readonly #context: CodeContext
  readonly #files = new Map<SourceFile, BuilderFile>()

  constructor(context: CodeContext) {
    this.#context = context
  }

  /** In no certain order. Never throws. */
  usesOf({ fn, file, seenFrom }: Entered): CodeUse[] {
    const libraries = librariesRunIn(file)
    const calls = libraries.length === 0 ? [] : libraryCallsIn(fn)
    if (calls.length === 0) return []
    const read = this.#fileOf(file)
    read.flow.enter(seenFrom)
    for (const call of calls) meetCall(libraries, read, call)
    return read.uses.take()
  }

  #fileOf(file: SourceFile): BuilderFile {
    let known = this.#files.get(file)
    if (known === undefined) {
      known = new BuilderFile(this.#context, this.#context.project.catalog!, file)
      this.#files.set(file, known)
    }
    return known
  }
}

/** The calls in a function that a library may know, also in the callbacks that it hands on. */
const libraryCallsIn = onceForFunction((fn: FunctionNode): readonly Call[] => {
  const found: Call[] = []
  walk(fn.body, (node) => {
    if (node.type === 'CallExpression' && isLibraryCall(node)) found.push(node)
  })
  return found
})
