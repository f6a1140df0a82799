/** What printf, Python, templates in braces, Ruby, ERB and EJS put something in for. */
const MARKER = /%(?:\(\w+\)|\d+\$)?[sdvq](?!\w)|\{\{?\s*[\w.]*\s*\}\}?|[$#]\{[^}]*\}|<%[^]*?%>/

/** True for a constant in text that is no SQL yet: something else is written in its place before Postgres sees it. */
export function isFilledIn(value: string): boolean {
  return MARKER.test(value)
}
