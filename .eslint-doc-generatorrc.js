import { format, resolveConfig } from 'prettier'

/** @type {import('eslint-doc-generator').GenerateOptions} */
export default {
  pathRuleList: 'README.md',
  urlConfigs: 'docs/settings.md',
  postprocess: async (content, filepath) => format(content, { ...(await resolveConfig(filepath)), filepath }),
}
