import type { ESLint, Linter, Rule } from 'eslint'
import exhaustiveValues from '../rules/exhaustive-values.js'
import noMirrorDrift from '../rules/no-mirror-drift.js'
import noUnknownValue from '../rules/no-unknown-value.js'
import preferMirror from '../rules/prefer-mirror.js'
import { digestsFor, discoveredDigests } from './digest.js'
import { sqlLanguage } from './language/language.js'
import type { SettingsInput } from './settings.js'
import { version } from './version.js'

export type { MigrationsSetting, SettingsInput } from './settings.js'

/** What {@link PgEnumPlugin.configure} takes: settings, and what any config takes beside them. */
export interface ConfigureOptions extends Omit<SettingsInput, 'digest'> {
  /** The files that talk to this database; default: all that are linted. */
  readonly files?: Linter.Config['files']
  readonly ignores?: Linter.Config['ignores']
  /** In place of the recommended rules. */
  readonly rules?: Linter.RulesRecord
}

export interface PgEnumPlugin extends ESLint.Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string }
  readonly rules: Record<string, Rule.RuleModule>
  readonly languages: NonNullable<ESLint.Plugin['languages']>
  readonly configs: {
    /** The recommended rules, over migrations that are found by convention. */
    readonly recommended: Linter.Config
    /** The same for `.sql` files, which it lets ESLint read. */
    readonly sql: Linter.Config
  }
  /** A config of the recommended rules for one database: where its migrations are, and the files that talk to it. */
  configure(options?: ConfigureOptions): Linter.Config
}

export const recommendedRules: Linter.RulesRecord = {
  'pg-enum/no-mirror-drift': 'error',
  'pg-enum/no-unknown-value': 'error',
}

function configFor(name: string, settings: SettingsInput): Linter.Config {
  return {
    name: `pg-enum/${name}`,
    plugins: { 'pg-enum': plugin },
    rules: recommendedRules,
    settings: { 'pg-enum': settings },
  }
}

const plugin: PgEnumPlugin = {
  meta: { name: 'eslint-plugin-pg-enum', version, namespace: 'pg-enum' },
  rules: {
    'exhaustive-values': exhaustiveValues,
    'no-mirror-drift': noMirrorDrift,
    'no-unknown-value': noUnknownValue,
    'prefer-mirror': preferMirror,
  },
  languages: { sql: sqlLanguage as unknown as NonNullable<ESLint.Plugin['languages']>[string] },
  configs: {
    // Made when it is asked for: its digest is that of the migrations as they are now.
    get recommended() {
      return configFor('recommended', { digest: discoveredDigests(process.cwd()) })
    },
    get sql() {
      const config = configFor('sql', { digest: discoveredDigests(process.cwd()) })
      return { ...config, files: ['**/*.sql'], language: 'pg-enum/sql' }
    },
  },
  configure({ files, ignores, rules, ...options } = {}) {
    const { migrations, schema } = options
    const settings = {
      ...options,
      // ESLint merges the settings of all configs for a file. What is said of one database must not be mixed with
      // another's: lists are replaced, objects are not.
      ...(migrations !== undefined && {
        migrations: Array.isArray(migrations) ? migrations : [migrations],
        schema: null,
      }),
      ...(schema !== undefined && migrations === undefined && { migrations: null }),
      digest: digestsFor(options, process.cwd()),
    }
    return {
      ...configFor('configure', settings as SettingsInput),
      ...(files && { files }),
      ...(ignores && { ignores }),
      ...(rules && { rules }),
    }
  },
}

export default plugin
// What require() gives, from Node 20.19 on.
export { plugin as 'module.exports' }
