import { wordsOf } from './typescript.js'

/** `workspaceStatus` and `WorkspaceStatus` as `workspace_status`. */
export function snakeCase(name: string): string {
  return wordsOf(name).join('_').toLowerCase()
}

/** English plurals of a table's name, as libraries make them: all that are plausible, the name itself too. */
export function plurals(name: string): string[] {
  const found = [name, `${name}s`]
  if (/(s|x|z|ch|sh)$/i.test(name)) found.push(`${name}es`)
  if (/[^aeiou]y$/i.test(name)) found.push(`${name.slice(0, -1)}ies`)
  return found
}

/** The names that a class or model may give its table where it does not say: itself, in snake case, plural. */
export function tableNames(model: string): string[] {
  return [
    ...new Set([snakeCase(model), model, model.charAt(0).toLowerCase() + model.slice(1)].flatMap(plurals)),
  ]
}
