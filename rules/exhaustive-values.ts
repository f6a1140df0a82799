import type { Rule } from 'eslint'
import type { Incomplete } from '../src/code/rows/exhaustive.js'
import type { CodeUse } from '../src/code/use.js'
import { codeContextOf } from '../src/codeContext.js'
import { createRule } from '../src/createRule.js'
import { findersOnDemand } from '../src/onDemand.js'
import { adviseOn } from '../src/suggest/advice.js'
import { mentionList } from '../src/suggest/quote.js'
import { isTouched } from '../src/suggest/touched.js'

interface Options {
  /** Whether a default case handles the values that are not listed. */
  readonly defaultCase: 'handles' | 'ignored'
}

const DEFAULTS: Options = { defaultCase: 'handles' }

export default createRule({
  name: 'exhaustive-values',
  meta: {
    type: 'suggestion',
    docs: {
      description: 'require switches and object maps over a Postgres enum to have all of its values',
      recommended: false,
    },
    hasSuggestions: true,
    defaultOptions: [DEFAULTS],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          defaultCase: {
            enum: ['handles', 'ignored'],
            description:
              'Whether a `default` case handles the values that no case lists. One that only throws never does.',
          },
        },
      },
    ],
    messages: {
      missingCases: 'This switch lacks {{values}} of {{set}} ({{where}}).',
      missingKeys: 'This object lacks {{values}} of {{set}} ({{where}}).',
      addCases: 'Add cases for {{values}}.',
      addKeys: 'Add keys for {{values}}.',
    },
  },
  create(context) {
    const { defaultCase } = { ...DEFAULTS, ...(context.options[0] as Partial<Options> | undefined) }
    return {
      'Program:exit'() {
        const code = codeContextOf(context)
        const catalog = code?.project.catalog
        if (!code || !catalog) return
        const defaults = defaultCase === 'handles'
        for (const incomplete of findersOnDemand().findIncomplete(code, { defaults })) {
          const use = useOf(incomplete)
          if (!isTouched(use, catalog.unread))
            report(context, incomplete, adviseOn(use, catalog.searchPath).data)
        }
      },
    }
  },
})

function useOf({ proven, range }: Incomplete): CodeUse {
  return { kind: 'compare', effect: 'never-match', value: '', range, ...proven }
}

function report(
  context: Rule.RuleContext,
  incomplete: Incomplete,
  data: Readonly<Record<string, string>>,
): void {
  const { kind, range, missing, edit } = incomplete
  const { sourceCode } = context
  const values = mentionList(missing)
  const isSwitch = kind === 'switch'
  context.report({
    messageId: isSwitch ? 'missingCases' : 'missingKeys',
    data: { ...data, values },
    loc: { start: sourceCode.getLocFromIndex(range[0]), end: sourceCode.getLocFromIndex(range[1]) },
    suggest: edit
      ? [
          {
            messageId: isSwitch ? 'addCases' : 'addKeys',
            data: { values },
            fix: (fixer) => fixer.replaceTextRange([...edit.range], edit.text),
          },
        ]
      : [],
  })
}
