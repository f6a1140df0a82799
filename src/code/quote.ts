/** The quote of a TypeScript string, or of a template; empty in an SQL file, where nothing is escaped. */
export type Quote = "'" | '"' | '`' | ''

/**
 * `text` as it is written between quotes of this kind, without the quotes. Never throws.
 * `raw` is for templates whose tag reads the raw text (`String.raw`): undefined where the text can't be written there.
 */
export function escapeFor(text: string, quote: Quote, raw = false): string | undefined {
  if (quote === '') return text
  if (raw) {
    const impossible = text.includes('`') || text.includes('${') || text.endsWith('\\') || text.includes('\r')
    return impossible || /\\[`$]/.test(text) ? undefined : text
  }
  let escaped = text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`)
  if (quote === '`') escaped = escaped.replaceAll('${', '\\${')
  // eslint-disable-next-line no-control-regex
  return escaped.replace(/[\u0000-\u001f\u2028\u2029]/g, (c) => {
    if (c === '\n') return quote === '`' ? '\n' : '\\n'
    if (c === '\r') return '\\r'
    if (c === '\t') return quote === '`' ? '\t' : '\\t'
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
