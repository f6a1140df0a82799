import type { ParserServices, TSESLint, TSESTree } from '@typescript-eslint/utils'
import type { Project } from '../project.js'

/** The linted file and its database, as the finders see them. */
export interface CodeContext {
  readonly sourceCode: TSESLint.SourceCode
  readonly ast: TSESTree.Program
  readonly filename: string
  readonly project: Project
  /** Type information, where the user's parser gives it: used when there, never asked for. */
  readonly services?: ParserServices
  /** The rule context's `languageOptions`: its parser also reads the project's own files that this one imports. */
  readonly languageOptions?: { readonly parser?: unknown; readonly parserOptions?: unknown }
}
