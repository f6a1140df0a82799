import type { Rule } from 'eslint'
import type { CodeContext } from '../src/code/context.js'
import type { CodeUse } from '../src/code/use.js'
import { findDoubtfulUses, findUses } from '../src/code/uses.js'
import { createRule } from '../src/createRule.js'
import { codeContextOf } from '../src/codeContext.js'
import { PROJECT_MESSAGES, projectReports } from '../src/projectReports.js'
import { withColumnHistory } from '../src/suggest/former.js'
import { isTouched } from '../src/suggest/touched.js'
import { adviseOn, SUGGESTION_MESSAGES, VALUE_MESSAGES } from '../src/suggest/advice.js'

interface Options {
  /** Report comparisons that Postgres accepts but that can never be true. */
  readonly neverMatches: boolean
  /** Let `--fix` apply what is certain. */
  readonly autofix: boolean
  /** Whether statements of the migrations that could not be read are reported. */
  readonly unread: 'report' | 'ignore'
}

const DEFAULTS: Options = { neverMatches: true, autofix: true, unread: 'report' }

export default createRule({
  name: 'no-unknown-value',
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow values that the Postgres enum, domain or CHECK they reach does not have',
      recommended: true,
    },
    fixable: 'code',
    hasSuggestions: true,
    defaultOptions: [DEFAULTS],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          neverMatches: {
            type: 'boolean',
            description: 'Report comparisons that Postgres accepts but that can never be true.',
          },
          autofix: {
            type: 'boolean',
            description:
              'Let --fix apply what is certain: a value that a migration renamed, or its case and separators.',
          },
          unread: {
            enum: ['report', 'ignore'],
            description: 'Whether statements of the migrations that could not be read are reported, once.',
          },
        },
      },
    ],
    messages: {
      ...VALUE_MESSAGES,
      ...SUGGESTION_MESSAGES,
      ...PROJECT_MESSAGES,
    },
  },
  create(context) {
    const options = { ...DEFAULTS, ...(context.options[0] as Partial<Options> | undefined) }

    function check(): void {
      const code = codeContextOf(context)
      if (code === undefined) return
      const { catalog } = code.project
      // Where the project as a whole is to be reported, it matters whether there is any use at all.
      const isClear = code.project.problems.length === 0 && catalog?.unread.length === 0
      const uses = catalog === undefined ? [] : isClear ? findDoubtfulUses(code) : findUses(code)
      for (const { messageId, data } of projectReports(code, uses.length > 0, options.unread)) {
        context.report({ messageId, data, loc: context.sourceCode.getLocFromIndex(0) })
      }
      if (catalog === undefined) return
      for (const use of uses) {
        if (accepts(use) || isTouched(use, catalog.unread)) continue
        if (use.effect === 'never-match' && !options.neverMatches) continue
        report(context, code, withColumnHistory(use, catalog), options.autofix)
      }
    }

    const { type } = context.sourceCode.ast as { readonly type: string }
    return { [`${type}:exit`]: check }
  },
})

function accepts({ valueSet, value }: CodeUse): boolean {
  return valueSet.values.some((label) => label.value === value)
}

function report(context: Rule.RuleContext, { project }: CodeContext, use: CodeUse, autofix: boolean): void {
  const { messageId, data, replacements } = adviseOn(use, project.catalog?.searchPath ?? [], project.root)
  const suggest: Rule.SuggestionReportDescriptor[] = []
  let fix: Rule.ReportFixer | undefined
  for (const replacement of replacements) {
    const text = use.edit?.write(replacement.value)
    if (use.edit === undefined || text === undefined) continue
    const [start, end] = use.edit.range
    const apply: Rule.ReportFixer = (fixer) => fixer.replaceTextRange([start, end], text)
    suggest.push({ messageId: replacement.messageId, data: replacement.data, fix: apply })
    // A name may be used in other places, too, where its value is right.
    if (autofix && replacement.certain && use.declared === undefined) fix ??= apply
  }
  const { sourceCode } = context
  const [start, end] = use.range
  context.report({
    messageId,
    data,
    loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
    suggest,
    ...(fix && { fix }),
  })
}
