import type { Rule } from 'eslint'
import type { NamedMirror } from '../src/code/mirrors/members.js'
import type { CodeUse } from '../src/code/use.js'
import { findUses } from '../src/code/uses.js'
import { codeContextOf } from '../src/codeContext.js'
import { createRule } from '../src/createRule.js'
import { findersOnDemand } from '../src/onDemand.js'
import { mention } from '../src/suggest/quote.js'

interface Options {
  /** Where mirrors are exported that a file may not import yet: TypeScript name → module. */
  readonly modules: Readonly<Record<string, string>>
}

const DEFAULTS: Options = { modules: {} }

export default createRule({
  name: 'prefer-mirror',
  meta: {
    type: 'suggestion',
    docs: {
      description:
        'require the member of a TypeScript enum or object that mirrors a Postgres enum in place of a raw string',
      recommended: false,
    },
    fixable: 'code',
    defaultOptions: [DEFAULTS],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          modules: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description:
              "Where mirrors are exported that a file may not import yet: TypeScript name → module, a path from ESLint's working directory (`./src/status.ts`) or as an import names it.",
          },
        },
      },
    ],
    messages: {
      preferMember: 'Use {{member}} in place of {{value}}.',
    },
  },
  create(context) {
    const { modules } = { ...DEFAULTS, ...(context.options[0] as Partial<Options> | undefined) }
    return {
      'Program:exit'() {
        const code = codeContextOf(context)
        if (!code?.project.catalog) return
        const uses = findUses(code)
        const raw = uses.filter((use) => isRawString(context, use))
        if (raw.length === 0) return
        const mirrors = findersOnDemand().namedMirrors(code, uses, modules, context.cwd)
        for (const use of raw) {
          const mirror = mirrors.find((one) => names(one, use))
          if (mirror) report(context, use, mirror)
        }
      },
    }
  },
})

function names({ valueSet, range, memberFor }: NamedMirror, use: CodeUse): boolean {
  const { kind, schema, name } = use.valueSet
  if (valueSet.kind !== kind || valueSet.schema !== schema || valueSet.name !== name) return false
  const isInside = range !== undefined && range[0] <= use.range[0] && use.range[1] <= range[1]
  return !isInside && memberFor(use.value) !== undefined
}

/** Whether a use is a whole string of JavaScript, which an expression may replace; not a constant in the text of an SQL statement. */
function isRawString({ sourceCode }: Rule.RuleContext, { value, range, edit, declared }: CodeUse): boolean {
  if (declared || edit?.range[0] !== range[0] || edit.range[1] !== range[1]) return false
  const node = sourceCode.getNodeByRangeIndex(range[0])
  // Where code has names of its own for values (Prisma's `@map`), a mirror of the database's is no help.
  if (node?.type !== 'Literal' || node.value !== value) return false
  if (node.range?.[0] !== range[0] || node.range[1] !== range[1]) return false
  const parent = (node as unknown as { parent?: { type: string; key?: unknown; computed?: boolean } }).parent
  if (parent?.key === node && parent.computed !== true) return false
  return !/^(TSLiteralType|TSEnumMember|Import|Export|JSX)/.test(parent?.type ?? '')
}

function report(context: Rule.RuleContext, use: CodeUse, mirror: NamedMirror): void {
  const member = mirror.memberFor(use.value)!
  const { sourceCode } = context
  const [start, end] = use.range
  context.report({
    messageId: 'preferMember',
    data: { member, value: mention(use.value) },
    loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
    fix: (fixer) => [
      ...(mirror.importing
        ? [fixer.replaceTextRange([...mirror.importing.range], mirror.importing.text)]
        : []),
      fixer.replaceTextRange([start, end], member),
    ],
  })
}
