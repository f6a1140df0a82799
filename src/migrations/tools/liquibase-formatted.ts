import type { SqlPiece } from '../migration.js'
import { dropEmpty, linesOf, slicePiece, wholeText, type Parts } from '../pieces.js'
import { replacePlaceholders } from '../placeholders.js'

const CHANGESET = /^\s*--\s*changeset\s+(?:"[^"]*"|[^:]*?):(?:"[^"]*"|\S+)(.*)$/i

/** True where the text is formatted SQL: its first line with text says so. */
export function isFormatted(text: string): boolean {
  return /^\s*--\s*liquibase\s+formatted\s+sql/i.test(text)
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name, quoted, bare] of text.matchAll(/(\w+):(?:"([^"]*)"|(\S+))/g)) {
    attributes.set(name!.toLowerCase(), quoted ?? bare!)
  }
  return attributes
}

/** Whether `dbms` lets Postgres have it: a list of names, of which those with `!` are left out. */
export function isForPostgres(dbms: string | undefined): boolean {
  const names = (dbms ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  const wanted = names.filter((name) => !name.startsWith('!'))
  if (names.includes('!postgresql') || names.includes('none')) return false
  return wanted.length === 0 || wanted.some((name) => name === 'postgresql' || name === 'all')
}

interface Changeset {
  readonly attributes: ReadonlyMap<string, string>
  /** The end of the line `--changeset`. */
  readonly start: number
  readonly line: number
  end: number
  /** Ranges that `--ignoreLines` takes out. */
  readonly ignored: { start: number; end: number }[]
  /** A precondition may leave the changeset out. */
  optional: boolean
}

function changesetsOf(text: string, properties: Map<string, string>): Changeset[] {
  const changesets: Changeset[] = []
  let ignoreFrom: number | undefined
  let ignoreLines = 0
  let onFail = 'HALT'
  for (const { text: content, number, start, next } of linesOf(text)) {
    const changeset = CHANGESET.exec(content)
    const current = changesets.at(-1)
    if (changeset !== null) {
      if (current !== undefined) current.end = start
      const attributes = attributesOf(changeset[1]!)
      changesets.push({
        attributes,
        start: next,
        line: number + 1,
        end: text.length,
        ignored: [],
        optional: false,
      })
      onFail = 'HALT'
      continue
    }
    const command = /^\s*--\s*(\w[\w-]*)(.*)$/.exec(content)
    if (ignoreLines > 0) {
      ignoreLines--
      current?.ignored.push({ start, end: next })
    }
    const [, word = '', rest = ''] = command ?? []
    if (/^ignoreLines$/i.test(word)) {
      const count = /^:\s*(\d+)/.exec(rest)?.[1]
      if (count !== undefined) ignoreLines = Number(count)
      else if (/^:\s*start/i.test(rest)) ignoreFrom = next
      else if (/^:\s*end/i.test(rest) && ignoreFrom !== undefined) {
        current?.ignored.push({ start: ignoreFrom, end: start })
        ignoreFrom = undefined
      }
    } else if (/^property$/i.test(word)) {
      const attributes = attributesOf(rest)
      const [name, value] = [attributes.get('name'), attributes.get('value')]
      if (
        name !== undefined &&
        value !== undefined &&
        isForPostgres(attributes.get('dbms')) &&
        !properties.has(name)
      ) {
        properties.set(name, value)
      }
    } else if (/^preconditions$/i.test(word)) {
      onFail = attributesOf(rest).get('onfail')?.toUpperCase() ?? 'HALT'
    } else if (
      /^precondition-/i.test(word) &&
      current !== undefined &&
      onFail !== 'HALT' &&
      onFail !== 'WARN'
    ) {
      current.optional = true
    }
  }
  return changesets
}

/** The text of a changeset without ignored lines, cut where a line is, or ends in, its own delimiter. */
function slicesOf(text: string, changeset: Changeset): SqlPiece[] {
  const delimiter = changeset.attributes.get('enddelimiter')?.replace(/^(?:\\n|\\s|\\r)+/, '')
  const pieces: SqlPiece[] = []
  let { start, line } = changeset
  let at = start
  const cut = (end: number, restart: number, nextLine: number): void => {
    pieces.push(slicePiece(text, start, end, line))
    start = restart
    line = nextLine
  }
  for (const current of linesOf(text.slice(changeset.start, changeset.end))) {
    at = changeset.start + current.start
    const next = changeset.start + current.next
    const number = changeset.line + current.number
    if (changeset.ignored.some((range) => at >= range.start && at < range.end)) cut(at, next, number)
    else if (delimiter !== undefined && delimiter !== ';' && current.text.trimEnd().endsWith(delimiter)) {
      cut(at + current.text.trimEnd().length - delimiter.length, next, number)
    }
  }
  cut(changeset.end, changeset.end, line)
  return dropEmpty(pieces)
}

/**
 * What of a formatted SQL file runs on Postgres. Properties that it declares are added to `properties`. A file without
 * the header is one changeset. Never throws.
 */
export function formattedParts(text: string, properties: Map<string, string>): Parts {
  const pieces: SqlPiece[] = []
  const unread: { line: number; reason: string; text?: string }[] = []
  let transaction = true
  const add = (piece: SqlPiece): void => {
    const parts = replacePlaceholders(piece.text, /\$\{([^}\n]{0,200})\}/g, (name) => properties.get(name))
    for (const part of parts.pieces) {
      const { offset, ...moved } = { ...part, line: part.line + piece.line - 1 }
      pieces.push(
        offset === undefined || piece.offset === undefined
          ? moved
          : { ...moved, offset: offset + piece.offset },
      )
    }
    unread.push(...(parts.unread ?? []).map((part) => ({ ...part, line: part.line + piece.line - 1 })))
  }
  if (!isFormatted(text)) wholeText(text).pieces.forEach(add)
  else {
    for (const changeset of changesetsOf(text, properties)) {
      const { attributes } = changeset
      if (!isForPostgres(attributes.get('dbms')) || attributes.get('ignore') === 'true') continue
      if (attributes.get('runintransaction') === 'false') transaction = false
      if (changeset.optional) {
        const reason = 'whether this changeset runs depends on a precondition, which is not decided'
        unread.push({ line: changeset.line, reason, text: text.slice(changeset.start, changeset.end) })
      } else slicesOf(text, changeset).forEach(add)
    }
  }
  return { pieces, unread, transaction }
}
