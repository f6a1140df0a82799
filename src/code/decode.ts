/** The text that a TypeScript string or template part stands for, and where each of its characters is written. */
export interface Decoded {
  readonly text: string
  /** Offset in the file of the first character inside the quotes. */
  readonly fileStart: number
  /** File offsets where each UTF-16 unit of `text` starts and ends; undefined where nothing is escaped. */
  readonly starts?: readonly number[]
  readonly ends?: readonly number[]
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' }

/**
 * Reads what stands between the quotes of a string (`template` false) or of a template part, as ECMAScript does
 * (ECMA-262, 12.9.4 and 12.9.6): escapes, line continuations, and in templates CR LF and CR read as LF. `raw` leaves
 * escapes alone, as `String.raw` does. Undefined for an escape that is not allowed. Offsets are in UTF-16 units. Never throws.
 */
export function decode(
  file: string,
  start: number,
  end: number,
  { template = false, raw = false } = {},
): Decoded | undefined {
  const written = file.slice(start, end)
  if (!written.includes('\\') && !(template && written.includes('\r')))
    return { text: written, fileStart: start }
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  const add = (value: string, from: number, to: number): void => {
    text += value
    for (let i = 0; i < value.length; i++) {
      starts.push(from)
      ends.push(to)
    }
  }
  for (let at = start; at < end;) {
    const char = file[at]!
    if (char === '\r' && template) {
      const to = file[at + 1] === '\n' && at + 1 < end ? at + 2 : at + 1
      add('\n', at, to)
      at = to
    } else if (char !== '\\' || raw) {
      add(char, at, at + 1)
      at++
    } else {
      const escape = readEscape(file, at, end, template)
      if (escape === undefined) return undefined
      add(escape.value, at, escape.end)
      at = escape.end
    }
  }
  return { text, fileStart: start, starts, ends }
}

function readEscape(
  file: string,
  at: number,
  end: number,
  template: boolean,
): { value: string; end: number } | undefined {
  const rest = file.slice(at + 1, Math.min(end, at + 12))
  const kind = rest[0]
  if (kind === undefined) return undefined
  if (kind === '\r') return { value: '', end: at + (rest[1] === '\n' ? 3 : 2) }
  if (kind === '\n' || kind === '\u2028' || kind === '\u2029') return { value: '', end: at + 2 }
  if (kind === 'x') {
    const hex = /^x([0-9a-fA-F]{2})/.exec(rest)
    return hex === null ? undefined : { value: String.fromCharCode(parseInt(hex[1]!, 16)), end: at + 4 }
  }
  if (kind === 'u') {
    const hex = /^u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,8})\})/.exec(rest)
    if (hex === null) return undefined
    const code = parseInt(hex[1] ?? hex[2]!, 16)
    return code > 0x10ffff ? undefined : { value: String.fromCodePoint(code), end: at + 1 + hex[0].length }
  }
  const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(rest)
  if (octal !== null) {
    if (template && !/^0(?![0-9])/.test(rest)) return undefined
    return { value: String.fromCharCode(parseInt(octal[0], 8)), end: at + 1 + octal[0].length }
  }
  const char = String.fromCodePoint(file.codePointAt(at + 1)!)
  return { value: SIMPLE[char] ?? char, end: at + 1 + char.length }
}
