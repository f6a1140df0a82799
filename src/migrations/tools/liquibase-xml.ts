import { isForPostgres } from './liquibase-formatted.js'
import { HARMLESS, propertyOf, unreadChangeset, type ChangelogEntry } from './liquibase-entries.js'

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(/&(#x?[\da-f]{1,8}|\w{1,8});/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? whole
    const code = /^#x/i.test(entity) ? parseInt(entity.slice(2), 16) : Number(entity.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** A tag of the document, in order. Offsets are of the whole tag. */
interface Tag {
  /** Without a prefix such as `ext:`. */
  readonly name: string
  readonly kind: 'open' | 'close' | 'empty'
  readonly attributes: ReadonlyMap<string, string>
  readonly start: number
  readonly end: number
}

/** The tags of an XML text; comments and CDATA sections hold none. Linear: what has no end reaches to the end. */
function tagsOf(text: string): Tag[] {
  const tags: Tag[] = []
  for (let at = text.indexOf('<'); at >= 0;) {
    const [from, close] = text.startsWith('<!--', at)
      ? [at + 4, '-->']
      : text.startsWith('<![CDATA[', at)
        ? [at + 9, ']]>']
        : [at + 1, '>']
    const found = close === '>' ? endOfTag(text, from) : text.indexOf(close, from)
    if (found < 0) break
    const end = found + close.length
    if (close === '>') {
      const [, slash = '', name = '', rest = ''] =
        /^<(\/?)(?:[\w-]+:)?([\w-]+)([\s\S]*)>$/.exec(text.slice(at, end)) ?? []
      const kind = slash !== '' ? 'close' : rest.endsWith('/') ? 'empty' : 'open'
      if (name !== '') tags.push({ name, kind, attributes: attributesOf(rest), start: at, end })
    }
    at = text.indexOf('<', end)
  }
  return tags
}

/** Offset of the `>` that ends a tag: not one in a quoted value. */
function endOfTag(text: string, from: number): number {
  let quote: string | undefined
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (quote !== undefined) {
      if (character === quote) quote = undefined
    } else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at
  }
  return -1
}

function attributesOf(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const [, name, double, single] of text.matchAll(
    /(?<![\w:])([\w:]{1,100})\s?=\s?(?:"([^"]*)"|'([^']*)')/g,
  )) {
    values.set(name!, decode(double ?? single!))
  }
  return values
}

/** The text between two tags: CDATA as it is, entities decoded, comments left out but for their line breaks. */
function contentOf(text: string, start: number, end: number): string {
  return text
    .slice(start, end)
    .split(/(<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$))/)
    .map((part) => {
      if (part.startsWith('<![CDATA[')) return part.slice(9).replace(/\]\]>$/, '')
      return part.startsWith('<!--') ? part.replace(/[^\n]/g, '') : decode(part)
    })
    .join('')
}

/** Entries of a changelog in XML. Never throws. */
export function xmlEntries(text: string): ChangelogEntry[] {
  const entries: ChangelogEntry[] = []
  const tags = tagsOf(text)
  let [line, counted] = [1, 0]
  const lineAt = (offset: number): number => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < offset; at = text.indexOf('\n', counted)) {
      line++
      counted = at + 1
    }
    return line
  }
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!
    if (tag.kind === 'close') continue
    const relative = tag.attributes.get('relativeToChangelogFile') === 'true'
    const place = { relative, line: lineAt(tag.start) }
    if (tag.name === 'include')
      entries.push({ kind: 'include', file: tag.attributes.get('file') ?? '', ...place })
    else if (tag.name === 'includeAll')
      entries.push({ kind: 'includeAll', path: tag.attributes.get('path') ?? '', ...place })
    else if (tag.name === 'property') entries.push(...propertyOf((key) => tag.attributes.get(key)))
    else if (tag.name === 'changeSet' && tag.kind === 'open') {
      const end = closing(tags, i)
      if (isForPostgres(tag.attributes.get('dbms')))
        entries.push(...changesIn(text, tags, i + 1, end, lineAt))
      i = end
    }
  }
  return entries
}

/** Index of the tag that closes the one at `open`, or of the last tag. */
function closing(tags: readonly Tag[], open: number): number {
  let depth = 0
  for (let i = open; i < tags.length; i++) {
    if (tags[i]!.name !== tags[open]!.name) continue
    if (tags[i]!.kind === 'open') depth++
    else if (tags[i]!.kind === 'close' && --depth === 0) return i
  }
  return tags.length - 1
}

const NO_CHANGES = new Set(['preConditions', 'rollback', 'comment', 'validCheckSum'])

function changesIn(
  text: string,
  tags: readonly Tag[],
  from: number,
  to: number,
  lineAt: (offset: number) => number,
): ChangelogEntry[] {
  const entries: ChangelogEntry[] = []
  for (let i = from; i < to; i++) {
    const tag = tags[i]!
    if (tag.kind === 'close') continue
    const end = tag.kind === 'empty' ? i : Math.min(closing(tags, i), to)
    const line = lineAt(tag.kind === 'open' && tag.name === 'sql' ? tag.end : tag.start)
    if (!NO_CHANGES.has(tag.name) && isForPostgres(tag.attributes.get('dbms'))) {
      if (tag.name === 'sql')
        entries.push({ kind: 'sql', text: contentOf(text, tag.end, tags[end]!.start), line })
      else if (tag.name === 'sqlFile') {
        const relative = tag.attributes.get('relativeToChangelogFile') === 'true'
        entries.push({ kind: 'sqlFile', file: tag.attributes.get('path') ?? '', relative, line })
      } else if (!HARMLESS.has(tag.name.toLowerCase())) {
        entries.push(unreadChangeset(text.slice(tag.start, tags[end]!.end), line))
      }
    }
    i = end
  }
  return entries
}
