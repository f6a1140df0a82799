import { describe, expect, it } from 'vitest'
import { catalogOf } from './catalog.js'
import { check, usesOf } from './check.js'

const ZAPATOS = `import * as db from 'zapatos/db'
import { conditions as dc, insert } from 'zapatos/db'
`

describe('zapatos', () => {
  it.each([
    `db.insert('workspaces', { status: «'a'», name: 'a' }).run(pool)`,
    `db.insert('workspaces', [{ status: 'online' }, { status: «'a'» }])`,
    `insert('auth.users', { user_role: «'root'» })`,
    `db.update('workspaces', { status: «'a'» }, { status: «'b'» })`,
    `db.upsert('workspaces', { status: «'a'» }, ['id'], { updateValues: { status: «'b'» } })`,
    `db.select('workspaces', { status: dc.isIn(['online', «'a'»]), plan: db.conditions.eq(«'gold'») })`,
    `db.selectOne('workspaces', dc.or({ status: «'a'» }, dc.and({ status: dc.ne(«'b'») }, { name: 'a' })))`,
    `db.deletes('workspaces', { status: dc.or('online', «'a'») })`,
    `db.count('workspaces', { history: dc.arrayContains([«'a'»]), settings: { status: 'a' } })`,
    `db.select('workspaces', db.all, { order: { by: 'status', direction: 'ASC' } })`,
    `other.insert('workspaces', { status: 'a' }); db.insert('projects', { status: 'a' })`,
  ])('%s', (code) => check(ZAPATOS + code))
})

describe('pg-promise', () => {
  it.each([
    `pgp.helpers.insert({ status: «'a'», name: 'a' }, null, 'workspaces')`,
    `pgp.helpers.insert([{ status: «'a'» }], ['status'], { table: 'workspaces', schema: 'public' })`,
    `pgp.helpers.update({ id: 1, status: «'a'» }, ['?id', 'status'], 'workspaces')`,
    `const cs = new pgp.helpers.ColumnSet(['id', { name: 'status', prop: 'state' }], { table: 'workspaces' }); pgp.helpers.insert({ state: «'a'», status: 'b' }, cs)`,
    `const { helpers } = pgp; helpers.insert(rows.map((r) => ({ ...r, user_role: «'root'» })), null, new helpers.TableName({ table: 'users', schema: 'auth' }))`,
    `pgp.helpers.insert({ status: 'a' }, ['name'], 'workspaces')`,
    `pgp.helpers.insert({ status: 'a' }, ['status:json'], 'workspaces')`,
    `pgp.helpers.values({ status: 'a' }, ['status'])`,
    `pgp.insert({ status: 'a' }, null, 'workspaces')`,
  ])('%s', (code) => check(code))
})

describe('a column for whose type the migrations made a comparison', () => {
  const table = `CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE workspaces (status mood, kind text CHECK (kind IN ('k')));
    CREATE FUNCTION same(mood, text) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE SCHEMA app;`
  const code = `${ZAPATOS} db.select('workspaces', { status: 'a' }); db.insert('workspaces', { status: 'b' }); db.select('workspaces', { kind: 'c' })`

  it.each([
    ['CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);', ['b', 'c']],
    ['CREATE CAST (mood AS text) WITH INOUT AS IMPLICIT;', ['b', 'c']],
    ['CREATE OPERATOR app.= (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);', ['a', 'b', 'c']],
    ['CREATE OPERATOR || (LEFTARG = mood, RIGHTARG = text, FUNCTION = same);', ['a', 'b', 'c']],
    ['CREATE CAST (mood AS text) WITH INOUT;', ['a', 'b', 'c']],
  ])('%s', (made, expected) => {
    const uses = usesOf(code, undefined, catalogOf(table + made))
    expect(uses.map(({ value }) => value)).toEqual(expected)
  })
})
