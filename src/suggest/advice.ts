import type { Declared } from '../code/reach/site.js'
import type { CodeUse } from '../code/use.js'
import type { Origin, ValueSet } from '../catalog/model.js'
import { projectPath } from '../migrations/files.js'
import { nearest, onlySpellingDiffers, renamedTo } from './nearest.js'
import {
  mention,
  mentionAlternatives,
  LIST_LENGTH,
  mentionList,
  quoteIdentifier,
  quoteLiteral,
  quoteQualified,
} from './quote.js'

/** What a rule says about a value outside its value set. Keys are message ids of {@link MESSAGES}. */
export interface Advice {
  readonly messageId: ValueMessageId
  readonly data: Readonly<Record<'value' | 'set' | 'where' | 'wayOut', string>>
  readonly replacements: readonly Replacement[]
}

/** A value that may stand in place of the wrong one, best first. */
export interface Replacement {
  readonly value: string
  readonly messageId: SuggestionMessageId
  /** Whether it is certain, so that a fix may apply it: a rename, or case and separators alone with one candidate. */
  readonly certain: boolean
  readonly data: Readonly<Record<string, string>>
}

/** The wording, for the `meta.messages` of rules that look at values. */
export const VALUE_MESSAGES = {
  unknownValue: '{{value}} is not a value of {{set}} ({{where}}). {{wayOut}}',
  violatesCheck: '{{value}} violates {{set}} ({{where}}). {{wayOut}}',
  neverMatches: '{{value}} can never match: it is not a value of {{set}} ({{where}}). {{wayOut}}',
  neverMatchesCheck: '{{value}} can never match: {{set}} ({{where}}) rules it out. {{wayOut}}',
} as const

export const SUGGESTION_MESSAGES = {
  replaceWithNearest: 'Replace with {{value}}.',
  replaceWithSpelling: 'Replace with {{value}}, as the database spells it.',
  replaceWithNewName: 'Replace with {{value}}, its name since {{where}}.',
} as const

export type ValueMessageId = keyof typeof VALUE_MESSAGES
export type SuggestionMessageId = keyof typeof SUGGESTION_MESSAGES

/** `043_workspace_status.up.sql:12`; with the folder where the file's own name says nothing (`migration.sql`, `up.sql`). */
export function mentionOrigin({ file, line }: Origin): string {
  const parts = file.split('/')
  const name = parts.at(-1)!
  const shown = /\d/.test(name) ? name : parts.slice(-2).join('/')
  return `${shown}:${line}`
}

/** A constraint's own name, where the value set's name has its table before it. */
function constraintName({ valueSet, target }: CodeUse): string {
  const { name } = valueSet
  const prefix = `${target.table}.`
  return quoteIdentifier(name.startsWith(prefix) ? name.slice(prefix.length) : name)
}

/** `enum workspace_status`, `check constraint t_c_check`, `domain d`: Postgres's name for a value set. */
function mentionSet(use: CodeUse, searchPath: readonly string[]): string {
  const { kind, schema, name } = use.valueSet
  if (kind === 'check') return `check constraint ${constraintName(use)}`
  return `${kind} ${quoteQualified(schema, name, searchPath)}`
}

function messageIdOf(use: CodeUse): ValueMessageId {
  const isCheck = use.valueSet.kind === 'check'
  if (use.effect === 'never-match') return isCheck ? 'neverMatchesCheck' : 'neverMatches'
  return isCheck ? 'violatesCheck' : 'unknownValue'
}

/** A label has at most this many bytes (NAMEDATALEN - 1). */
const MAX_LABEL = 63

/** The sentence with the statement that would make Postgres accept the value, where one can be written. */
function howToAdd(use: CodeUse, searchPath: readonly string[]): string {
  const { valueSet: set, target, value } = use
  if (value === '' || Buffer.byteLength(value) > MAX_LABEL) return ''
  const name = quoteQualified(set.schema, set.name, searchPath)
  if (set.kind === 'enum') return ` \`ALTER TYPE ${name} ADD VALUE ${quoteLiteral(value)};\` adds it.`
  if (set.kind === 'domain') return ` To add it, give domain ${name} a CHECK that lists it.`
  if (target.table === undefined || target.column === undefined || set.values.length > LIST_LENGTH) {
    return ' To add it, replace the constraint by one that lists it.'
  }
  const table = quoteQualified(target.schema ?? set.schema, target.table, searchPath)
  const constraint = constraintName(use)
  const list = [...set.values.map((label) => label.value), value].map(quoteLiteral).join(', ')
  const condition = `${quoteIdentifier(target.column)} IN (${list})`
  return ` \`ALTER TABLE ${table} DROP CONSTRAINT ${constraint}, ADD CONSTRAINT ${constraint} CHECK (${condition});\` adds it.`
}

function wayOutOf(use: CodeUse, replacements: readonly Replacement[], searchPath: readonly string[]): string {
  const { valueSet: set, value } = use
  const [first] = replacements
  if (first?.messageId === 'replaceWithNewName')
    return `It was renamed to ${mention(first.value)} (${first.data.where}).`
  const removal = set.former.findLast((one) => one.value === value && one.fate === 'removed')
  const removed = removal === undefined ? '' : `It was removed in ${mentionOrigin(removal.origin)}. `
  if (first !== undefined) {
    return `${removed}Did you mean ${mentionAlternatives(replacements.map((one) => one.value))}?`
  }
  const values = set.values.map((label) => label.value)
  const list = values.length === 0 ? 'It has no values.' : `Its values are ${mentionList(values)}.`
  return `${removed}${list}${howToAdd(use, searchPath)}`
}

/** What may stand in place of `value`, best first: its new name, the same value spelled right, the nearest ones. */
export function replacementsFor(value: string, set: ValueSet): Replacement[] {
  const values = set.values.map((label) => label.value)
  const renamed = renamedTo(value, set.former, values)
  const spelled = onlySpellingDiffers(value, values)
  const found: Replacement[] = []
  if (renamed !== undefined) {
    const name = renamed.renamedTo!
    found.push({
      value: name,
      messageId: 'replaceWithNewName',
      certain: true,
      data: { value: mention(name), where: mentionOrigin(renamed.origin) },
    })
  }
  for (const near of nearest(value, values)) {
    if (found.length === 3) break
    if (near === renamed?.renamedTo) continue
    found.push({
      value: near,
      messageId: near === spelled ? 'replaceWithSpelling' : 'replaceWithNearest',
      certain: near === spelled && renamed === undefined,
      data: { value: mention(near) },
    })
  }
  return found
}

/** `declared as STATUS, src/status.ts:4`; with the line alone where it is in the linted file. */
export function mentionDeclared({ name, line, file }: Declared, root?: string): string {
  const shown = file === undefined || root === undefined ? file : projectPath(root, file)
  return `declared as ${name}, ${shown === undefined ? `line ${line}` : `${shown}:${line}`}`
}

/**
 * What to say about a use whose value is not in its value set.
 *
 * `searchPath`: names in it are shown without their schema. `root`: files below it are shown from there. Never throws.
 */
export function adviseOn(use: CodeUse, searchPath: readonly string[], root?: string): Advice {
  const { valueSet: set, declared, target } = use
  const replacements = replacementsFor(use.value, set)
  return {
    messageId: messageIdOf(use),
    data: {
      value:
        declared === undefined
          ? mention(use.value)
          : `${mention(use.value)} (${mentionDeclared(declared, root)})`,
      set: mentionSet(use, searchPath),
      where: [...(target.label === undefined ? [] : [target.label]), mentionOrigin(set.origin)].join(', '),
      wayOut: wayOutOf(use, replacements, searchPath),
    },
    replacements,
  }
}
