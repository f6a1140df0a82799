import { format, resolveConfig } from 'prettier'

/** @type {import('eslint-doc-generator').GenerateOptions} */
export default {
  configEmoji: [['sql', '🐘']],
  ruleDocTitleFormat: 'desc-parens-prefix-name',
  postprocess: async (content, filepath) =>
    // The generator prints a default that is an empty object as any object.
    format(content.replaceAll('`[object Object]`', '`{}`'), { ...(await resolveConfig(filepath)), filepath }),
}
