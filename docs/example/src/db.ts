import pg from 'pg'

export const pool = new pg.Pool()

/** A query whose values stand inside it: sql`SELECT ... WHERE id = ${id}`. */
export function sql(parts: TemplateStringsArray, ...values: unknown[]): pg.QueryConfig {
  return { text: parts.reduce((text, part, i) => `${text}$${i}${part}`), values }
}
