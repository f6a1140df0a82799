import type { CodeContext } from './context.js'

/**
 * Whether a file of the project is about another database than the linted one, as one of another package with migrations of its own: what
 * it says of tables and queries is not said of the linted file's. Never throws.
 *
 * @param path Absolute.
 */
export function isOfOtherDatabase(path: string, { filename, project }: CodeContext): boolean {
  return path !== filename && project.isOtherDatabase?.(path, filename) === true
}
