import type { Rule } from 'eslint'
import type { DeclaredEntry, Mirror } from '../src/code/mirrors/index.js'
import { mayHaveMirrors } from '../src/code/mirrors/prefilter.js'
import type { TextEdit } from '../src/code/mirrors/edits.js'
import type { CodeUse } from '../src/code/use.js'
import { findUses } from '../src/code/uses.js'
import { codeContextOf } from '../src/codeContext.js'
import { createRule } from '../src/createRule.js'
import { findersOnDemand } from '../src/onDemand.js'
import { adviseOn, SUGGESTION_MESSAGES } from '../src/suggest/advice.js'
import { mention, mentionList } from '../src/suggest/quote.js'
import { isTouched } from '../src/suggest/touched.js'

interface Options {
  /** Report values that a mirror lacks. */
  readonly missing: boolean
}

const DEFAULTS: Options = { missing: false }

export default createRule({
  name: 'no-mirror-drift',
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow declarations that repeat a Postgres enum but list values it does not have',
      recommended: true,
    },
    fixable: 'code',
    hasSuggestions: true,
    defaultOptions: [DEFAULTS],
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          missing: {
            type: 'boolean',
            description:
              'Report values that a mirror lacks, and let `--fix` add them. A definition (`pgEnum`, an entity column) is always checked for them, without a fix.',
          },
        },
      },
    ],
    messages: {
      unknownEntry:
        '{{value}} is listed by {{mirror}}, but is not a value of {{set}} ({{where}}). {{wayOut}}',
      missingValues: '{{mirror}} lacks {{values}} of {{set}} ({{where}}).',
      removeEntry: 'Remove {{value}}.',
      addMissing: 'Add {{values}}.',
      ...SUGGESTION_MESSAGES,
    },
  },
  create(context) {
    return {
      'Program:exit'() {
        const code = codeContextOf(context)
        const catalog = code?.project.catalog
        if (!code || !catalog || !mayHaveMirrors(code, catalog)) return
        const { findMirrors, driftOf } = findersOnDemand()
        const { searchPath, unread } = catalog
        const { missing } = { ...DEFAULTS, ...(context.options[0] as Partial<Options> | undefined) }
        for (const mirror of findMirrors(code, () => findUses(code))) {
          if (isTouched(useOf(mirror, mirror.entries[0]!), unread)) continue
          const drift = driftOf(mirror)
          for (const entry of drift.unknown) reportUnknown(context, mirror, entry, searchPath)
          if (drift.missing.length > 0 && (missing || mirror.isDefinition)) {
            reportMissing(context, mirror, drift.missing, missing, searchPath)
          }
        }
      },
    }
  },
})

function reportUnknown(
  context: Rule.RuleContext,
  mirror: Mirror,
  entry: DeclaredEntry,
  searchPath: readonly string[],
): void {
  const { data, replacements } = adviseOn(useOf(mirror, entry), searchPath)
  const listed = new Set(mirror.entries.map(({ value }) => value))
  const suggest: Rule.SuggestionReportDescriptor[] = []
  for (const { value, messageId, data: words } of replacements) {
    const text = listed.has(value) ? undefined : entry.edit?.write(value)
    if (text === undefined) continue
    suggest.push({
      messageId,
      data: words,
      fix: (fixer) => fixer.replaceTextRange([...entry.edit!.range], text),
    })
  }
  const out = findersOnDemand().removal(context.sourceCode.text, mirror, entry)
  if (out)
    suggest.push({ messageId: 'removeEntry', data: { value: mention(entry.value) }, fix: apply([out]) })
  context.report({
    messageId: 'unknownEntry',
    data: { ...data, mirror: mentionMirror(mirror) },
    loc: locOf(context, entry.range),
    suggest,
  })
}

function reportMissing(
  context: Rule.RuleContext,
  mirror: Mirror,
  missing: readonly string[],
  fixes: boolean,
  searchPath: readonly string[],
): void {
  const edits = findersOnDemand().additions(context.sourceCode.text, mirror, missing)
  const fix = edits && apply(edits)
  const values = mentionList(missing)
  const { data } = adviseOn(useOf(mirror, mirror.entries[0]!), searchPath)
  context.report({
    messageId: 'missingValues',
    data: { ...data, values, mirror: capitalised(mentionMirror(mirror)) },
    loc: locOf(context, headOf(mirror)),
    ...(fixes && fix && { fix }),
    ...(!fixes && fix && { suggest: [{ messageId: 'addMissing', data: { values }, fix }] }),
  })
}

/** The range that a report about the whole mirror marks: its name where it has one, else what holds the entries. */
function headOf({ node }: Mirror): readonly [number, number] {
  if (node.type === 'TSEnumDeclaration') return node.id.range
  for (let at = node.parent; at; at = at.parent) {
    if (
      at.type === 'TSTypeAliasDeclaration' ||
      (at.type === 'VariableDeclarator' && at.id.type === 'Identifier')
    ) {
      return [at.id.range[0], at.id.range[0] + (at.id as { name: string }).name.length]
    }
    if (/Statement|Body|Declaration|Property|Element/.test(at.type)) break
  }
  return node.range
}

function useOf(mirror: Mirror, entry: DeclaredEntry): CodeUse {
  const { valueSet, target, link } = mirror
  return { kind: 'mirror', effect: 'reject', value: entry.value, valueSet, target, range: entry.range, link }
}

const KINDS: Readonly<Record<Mirror['kind'], string>> = {
  union: 'type',
  list: 'list',
  object: 'object',
  enum: 'enum',
  schema: 'schema',
  column: 'column',
  'database enum': 'pgEnum',
}

/** `type WorkspaceStatus`; without a name, what it is. */
function mentionMirror({ kind, name }: Mirror): string {
  return name === undefined ? `this ${KINDS[kind]}` : `${KINDS[kind]} ${name}`
}

function capitalised(text: string): string {
  return text.startsWith('pg') ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

function apply(edits: readonly TextEdit[]): (fixer: Rule.RuleFixer) => Rule.Fix[] {
  return (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange([...range], text))
}

function locOf(context: Rule.RuleContext, [start, end]: readonly [number, number]) {
  const { sourceCode } = context
  return { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) }
}
