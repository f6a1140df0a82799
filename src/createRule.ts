import type { Rule } from 'eslint'

type Docs = NonNullable<NonNullable<Rule.RuleModule['meta']>['docs']>

/** A rule as it is written in rules/: its name is that of its file, of its test and of its docs page. */
export interface RuleDefinition extends Rule.RuleModule {
  readonly name: string
  readonly meta: Rule.RuleMetaData & { readonly docs: Docs }
}

const DOCS = 'https://github.com/eslint-plugin-pg-enum/eslint-plugin-pg-enum/blob/main/docs/rules'

/** The rule for ESLint, with the address of its docs page. */
export function createRule({ name, meta, create }: RuleDefinition): Rule.RuleModule {
  return { meta: { ...meta, docs: { ...meta.docs, url: `${DOCS}/${name}.md` } }, create }
}
