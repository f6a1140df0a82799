import type { File, Language, OkParseResult, ParseResult } from '@eslint/core'
import { sqlComments } from './comments.js'
import { sqlFile, SqlSourceCode, type SqlFile, type SqlNode } from './sourceCode.js'

/**
 * The ESLint language `pg-enum/sql` for `.sql` files. It only cuts the file into text and comments: the SQL is read
 * when a rule of this plugin asks. So a file that Postgres could not parse, or a template, is no parse error here.
 *
 * Language options are taken as they come: a config for JavaScript that names no files puts its own here.
 */
export const sqlLanguage: Language<{
  LangOptions: Record<string, unknown>
  Code: SqlSourceCode
  RootNode: SqlFile
  Node: SqlNode
}> = {
  fileType: 'text',
  lineStart: 1,
  columnStart: 1,
  nodeTypeKey: 'type',
  visitorKeys: { SqlFile: [], SqlComment: [] },
  validateLanguageOptions() {},
  // Rules for JavaScript ask classes of nodes (`:function`); none of ours is one.
  matchesSelectorClass: () => false,
  parse(file: File): ParseResult<SqlFile> {
    const text = file.body as string
    return { ok: true, ast: sqlFile(text, sqlComments(text)) }
  },
  createSourceCode(file: File, result: OkParseResult<SqlFile>): SqlSourceCode {
    return new SqlSourceCode(file.body as string, result.ast, file.bom)
  },
}
