import js from '@eslint/js'
import eslintPlugin from 'eslint-plugin-eslint-plugin'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Imports go one way (rules → code → sql → catalog, migrations → sql → catalog); only src/sql knows the parser. */
function only(files, forbidden) {
  return {
    files: files.map((folder) => `${folder}/**/*.ts`),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@typescript-eslint/utils',
              allowTypeImports: true,
              message: 'A development dependency: types only.',
            },
            {
              name: 'typescript',
              allowTypeImports: true,
              message: 'Not there in every project: types only.',
            },
          ],
          patterns: [
            { regex: `^(?:\\.\\./)+(?:${forbidden.join('|')})(?:/|\\.js$)`, message: 'Wrong direction.' },
            ...(files.includes('src/sql')
              ? []
              : [{ regex: '^libpg-query$|/sql/parser\\.js$', message: 'Only src/sql knows the parser.' }]),
          ],
        },
      ],
    },
  }
}

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'tests/**/fixtures', 'docs/example']),
  js.configs.recommended,
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  {
    languageOptions: { parserOptions: { tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      // Indices are checked by the compiler (noUncheckedIndexedAccess); where a bound is certain, `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  only(
    ['src/catalog'],
    ['sql', 'migrations', 'code', 'suggest', 'cli', 'rules', 'project', 'settings', 'index'],
  ),
  // What the replay is given is a type of migrations/.
  only(
    ['src/sql'],
    ['migrations(?!/migration\\.js)', 'code', 'suggest', 'cli', 'rules', 'project', 'settings', 'index'],
  ),
  only(
    ['src/imports'],
    ['catalog', 'sql', 'migrations', 'code', 'suggest', 'cli', 'rules', 'project', 'settings', 'index'],
  ),
  only(['src/migrations'], ['code', 'suggest', 'cli', 'rules', 'index']),
  only(['src/code'], ['cli', 'rules', 'index']),
  only(['src/suggest'], ['cli', 'rules', 'index']),
  only(['src/cli'], ['rules']),
  only(['rules'], ['cli', 'index']),
  { ...eslintPlugin.configs.recommended, files: ['rules/**/*.ts'] },
  {
    files: ['rules/**/*.ts'],
    rules: {
      'eslint-plugin/require-meta-docs-description': 'error',
      'eslint-plugin/require-meta-docs-recommended': 'error',
      'eslint-plugin/require-meta-docs-url': 'off', // made from the rule's name
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', performance: 'readonly', URL: 'readonly' },
    },
  },
  { files: ['src/cli/**', 'bench/**', 'docs/**', 'tests/**'], rules: { 'no-console': 'off' } },
  {
    files: ['tests/**'],
    rules: { '@typescript-eslint/no-explicit-any': 'off', '@typescript-eslint/no-dynamic-delete': 'off' },
  },
)
