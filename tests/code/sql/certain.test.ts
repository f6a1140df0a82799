import { describe, expect, test } from 'vitest'
import { isCertainText } from '../../../src/code/sql/certain.js'
import { nodesOf } from '../../../src/code/nodes.js'
import { inRule } from '../helpers.js'
import { catalog, check } from './check.js'

/** Whether a statement is certain whatever is bound to it. */
function isCertain(sql: string): boolean {
  return inRule(`db.query(\`${sql}\`, values)`, { catalog }, (context) =>
    isCertainText(nodesOf(context).of('TemplateLiteral')[0]!, catalog),
  )
}

describe('statements that hold no wrong string whatever is bound to them', () => {
  test.each([
    "SELECT id FROM workspaces WHERE status = 'online' AND id = $1",
    "SELECT w.id FROM workspaces w WHERE w.id = $1 AND w.status IN ('online', 'failed') LIMIT $2 OFFSET $3",
    "UPDATE workspaces SET status = 'failed', name = $2 WHERE id = $1 AND created_at >= $3",
    "DELETE FROM workspaces WHERE status <> 'online' AND name NOT ILIKE $1",
    'SELECT note FROM elsewhere WHERE (a, b) = ($1, $2)',
  ])('%s', (sql) => expect(isCertain(sql)).toBe(true))
})

describe('what is bound may be of a value set', () => {
  test.each(
    [
      'SELECT id FROM workspaces WHERE id = $2 AND status = $1',
      'UPDATE workspaces SET status = $1 WHERE id = $2',
      'SELECT id FROM workspaces WHERE id = $2 AND STATUS = $1',
      // A name that the query itself gives.
      'SELECT x.id FROM (SELECT status id FROM workspaces) x WHERE x.id = $1 AND x.id <> $2',
      'SELECT x.label FROM (SELECT status AS label FROM workspaces) x WHERE x.label = $1 AND true',
      'WITH x (id) AS (SELECT status FROM workspaces) SELECT id FROM x WHERE id = $1',
      'UPDATE agents SET workspace_id = 1 FROM (SELECT status id FROM workspaces) x WHERE x.id = $1',
      "SELECT v.id FROM (VALUES ('online'::status)) v (id) WHERE v.id = $1",
      'SELECT 1 FROM workspaces t (id, name, id2) WHERE id2 = $1',
      'SELECT 1 FROM workspaces t (a, b, id, d, e) WHERE id = $1',
      // Another type than the column's.
      'SELECT id FROM workspaces WHERE status::text = $1',
      'SELECT id FROM workspaces WHERE id = $2 OR name = $1::status::text',
      'SELECT id FROM workspaces WHERE status IN ($1)',
      'SELECT id FROM workspaces WHERE CASE id WHEN 1 THEN status ELSE $1 END IS NULL',
    ].map((sql) => [sql]),
  )('%s', (sql) => {
    expect(isCertain(sql)).toBe(false)
  })

  test.each([
    "db.query('SELECT x.id FROM (SELECT status id FROM workspaces) x WHERE x.id = $1', [«'onlne'»])",
    "db.query('WITH x (id) AS (SELECT status FROM workspaces) SELECT id FROM x WHERE id = $1', [«'onlne'»])",
    "db.query('UPDATE agents SET workspace_id = 1 FROM (SELECT status id FROM workspaces) x WHERE x.id = $1', [«'onlne'»])",
    "db.query('SELECT 1 FROM workspaces t (a, b, id, d, e) WHERE id = $1', [«'onlne'»])",
    "db.query('SELECT 1 FROM workspaces t (id, name, id2) WHERE id2 = $1', [«'onlne'»])",
    "db.query('SELECT id FROM workspaces WHERE name = $1::status::text', [«'onlne'»])",
    "db.query('SELECT id FROM workspaces WHERE name = $2 AND status::text = $1', [«'onlne'», 'onlne'])",
  ])('%s', (code) => check(code))
})
