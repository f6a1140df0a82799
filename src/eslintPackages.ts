import { createRequire } from 'node:module'

/*
 * ESLint itself has these packages loaded, as CommonJS. To import them would load their other form besides, which takes as long as
 * to lint a dozen files.
 */

const load = createRequire(import.meta.url)

export const { findVariable, getStaticValue } = load(
  '@eslint-community/eslint-utils',
) as typeof import('@eslint-community/eslint-utils')

export const { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } = load(
  '@eslint/plugin-kit',
) as typeof import('@eslint/plugin-kit')
