import type { Rule } from 'eslint'

/** A rule as it is written in rules/: its name is that of its file, of its test and of its docs page. */
interface NamedRule {
  readonly name: string
  readonly meta: Rule.RuleMetaData & { readonly docs: NonNullable<Rule.RuleMetaData['docs']> }
  create(context: Rule.RuleContext): Rule.RuleListener
}

const DOCS = 'https://github.com/eslint-plugin-pg-enum/eslint-plugin-pg-enum/blob/main/docs/rules'

const FAULT =
  'The rule failed on this file, which is a fault of eslint-plugin-pg-enum: {{error}}. Please report it.'

/** What went wrong and where in the plugin, in one line. */
function describe(error: unknown): string {
  const [message = '', frame = ''] = String((error as Error | undefined)?.stack ?? error).split('\n')
  const place = /([\w.-]+\.[jt]s):(\d+)/.exec(frame)
  return place === null ? message : `${message} (${place[1]}:${place[2]})`
}

/**
 * The rule for ESLint: with the address of its docs page, and such that it never throws. A fault is reported in the file
 * instead: an exception would end the whole run, or, in oxlint, drop the file's other reports.
 */
export function createRule({ name, meta, create }: NamedRule): Rule.RuleModule {
  return {
    meta: {
      ...meta,
      docs: { ...meta.docs, url: `${DOCS}/${name}.md` },
      messages: { ...meta.messages, fault: FAULT },
    },
    create(context) {
      const guard =
        <Arguments extends unknown[], Result>(run: (...args: Arguments) => Result) =>
        (...args: Arguments): Result | undefined => {
          try {
            return run(...args)
          } catch (error) {
            const data = { error: describe(error) }
            context.report({ messageId: 'fault', data, loc: context.sourceCode.getLocFromIndex(0) })
            return undefined
          }
        }
      const listeners = (guard(create)(context) ?? {}) as Record<string, (...args: unknown[]) => void>
      for (const selector in listeners) listeners[selector] = guard(listeners[selector]!)
      return listeners
    },
  }
}
