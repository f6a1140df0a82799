/** A constant as Postgres reads it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `'${text.replaceAll("'", "''")}'`
}

/** `text` with as many line breaks in front that it stands on `line`, when what comes before ends on `current`. */
export function onLine(text: string, current: number, line: number): string {
  return '\n'.repeat(Math.max(0, line - current)) + text
}

/** A name in quotes. */
export function identifierOf(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
