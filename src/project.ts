import type { Catalog } from './catalog/model.js'
import type { Settings } from './settings.js'

/** Why a project has no catalog, or not a whole one: one report for the reader. */
export interface ProjectProblem {
  /** A full sentence: what is wrong, where, what to do. */
  readonly message: string
  /** Absolute path and line of what is wrong, where it is in a file. */
  readonly file?: string
  readonly line?: number
}

/** The database that a linted file talks to. */
export interface Project {
  readonly settings: Settings
  /** Undefined where no migrations were found or the settings are wrong: then `problems` says why. */
  readonly catalog: Catalog | undefined
  readonly problems: readonly ProjectProblem[]
  /** Absolute path that origins' files are relative to. */
  readonly root: string
}
