import tsParser from '@typescript-eslint/parser'
import pgEnum from 'eslint-plugin-pg-enum'

export default [{ files: ['**/*.ts'], languageOptions: { parser: tsParser } }, pgEnum.configs.recommended]
