import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Migration } from '../../src/migrations/migration.js'
import { folderWith } from './folders.js'
import { PACKAGE, RealKnex, filesOf, readSet } from './realKnex.js'

let real: RealKnex

beforeAll(async () => {
  real = await RealKnex.start()
})

afterAll(() => real.stop())

/** Tables to drop, so that what is left tells which code ran. */
const TABLES = `for (const name of ['a', 'b', 'c', 'd']) await knex.schema.createTable(name, (t) => { t.integer('x') })`

const drop = (table: string): string => `await knex.schema.dropTable(${table})`

describe('code does what it does in Node, by what Knex leaves in Postgres', () => {
  test.each<[string, string]>([
    ['continue', `for (const t of ['a', 'b']) { if (t === 'a') continue; ${drop('t')} }`],
    ['break', `for (const t of ['a', 'b']) { if (t === 'b') break; ${drop('t')} }`],
    [
      'continue of a loop around',
      `all: for (const t of ['a', 'b']) for (const n of [1, 2]) { if (t === 'a') continue all; if (n > 1) ${drop('t')} }`,
    ],
    ['break of a block', `some: { ${drop("'a'")}; if (1 < 2) break some; ${drop("'b'")} }`],
    [
      'continue by what is there',
      `for (const t of ['a', 'no']) { if (!(await knex.schema.hasTable(t))) continue; ${drop('t')} }`,
    ],
    [
      'a throw that is caught',
      `try { ${drop("'a'")}; throw new Error(); ${drop("'b'")} } catch { ${drop("'c'")} }`,
    ],
    [
      'a throw in a function that is caught',
      `const f = async () => { throw new Error() }\nawait f().catch(() => knex.schema.dropTable('a'))`,
    ],
    ['finally', `try { ${drop("'a'")} } finally { ${drop("'b'")} }`],
    [
      'a return before finally',
      `try { return knex.schema.dropTable('a') } finally { ${drop("'b'")} }\n${drop("'c'")}`,
    ],
    [
      'a condition whose branch would throw',
      `if (!(await knex.schema.hasTable('a'))) throw new Error()\n${drop("'a'")}`,
    ],
    ['push', `const list = ['a']; const same = list; same.push('b'); for (const t of list) ${drop('t')}`],
    [
      'push while the array is gone through',
      `const list = ['a']; for (const t of list) { if (t === 'a') list.push('b'); ${drop('t')} }`,
    ],
    [
      'other methods that change an array',
      `const list = ['a', 'x', 'b', 'c']; list.splice(1, 1); list.unshift('d'); list.pop(); list.reverse(); list.shift(); list.sort(); for (const t of list) ${drop('t')}`,
    ],
    [
      'an item and the length of an array',
      `const list = ['a', 'b']; list[0] = 'c'; for (const t of list) ${drop('t')}; list.length = 0; for (const t of list) ${drop('t')}`,
    ],
    ['a queue', `const list = ['a', 'b']; while (list.length > 0) ${drop('list.shift()')}`],
    [
      'properties of an object',
      `const by = { one: 'a', two: 'b', three: 'c' }; by.one = 'd'; delete by.two; Object.assign(by, { three: 'b' }); for (const t of Object.values(by)) ${drop('t')}`,
    ],
    [
      'a step after its value',
      `const list = ['a', 'b', 'c']; let i = 0; ${drop('list[i++]')}; ${drop('list[++i]')}`,
    ],
    [
      'the variable of each turn',
      `const later = []; for (let i = 0; i < 2; i++) later.push(() => knex.schema.dropTable(['a', 'b', 'c'][i])); for (const f of later) await f()`,
    ],
    [
      'a counted loop that changes its variable',
      `for (let i = 0; i < 3; i++) { if (i == 1) i = 2; ${drop("['a', 'b', 'c'][i]")} }`,
    ],
    [
      'for...in, do and while',
      `for (const t in { a: 1 }) ${drop('t')}; let n = 0; do { n++ } while (n < 2); if (n === 2) ${drop("'b'")}`,
    ],
    ['a condition without await', `if (knex.schema.hasTable('no')) ${drop("'a'")}`],
    [
      '&& and || by a condition',
      `await knex.schema.hasTable('no') && (${drop("'a'")}); (await knex.schema.hasTable('no')) || (${drop("'b'")})`,
    ],
    [
      '?: by a condition',
      `await ((await knex.schema.hasTable('a')) ? knex.schema.dropTable('a') : knex.schema.dropTable('b'))`,
    ],
    ['a comma', `await (knex.schema.dropTable('b'), knex.schema.dropTable('a')), ${drop("'c'")}`],
    [
      'a switch',
      `switch ('b') { case 'a': ${drop("'a'")}; case 'b': ${drop("'b'")}; case 'c': ${drop("'c'")}; break; default: ${drop("'d'")} }`,
    ],
    ['a return in a switch', `switch ('b') { case 'b': return knex.schema.dropTable('b') }\n${drop("'c'")}`],
    [
      'a return in a loop',
      `for (const t of ['a', 'b']) { if (t === 'a') return knex.schema.dropTable(t) }\n${drop("'c'")}`,
    ],
    ['a return in a nested block', `{ if (await knex.schema.hasTable('no')) { return } ${drop("'a'")} }\n`],
    [
      'a new Promise',
      `await new Promise((resolve, reject) => { knex.schema.dropTable('a').then(resolve, reject) })`,
    ],
    [
      'chains of then and finally',
      `return Promise.resolve().then(() => knex.schema.dropTable('a')).then(async () => { ${drop("'b'")} }).finally(() => knex.schema.dropTable('c'))`,
    ],
    [
      'Promise.all',
      `const [has] = await Promise.all([knex.schema.hasTable('a'), knex.schema.dropTable('b')]); if (has) ${drop("'a'")}`,
    ],
    ['an array of builders that is not sent', `return [knex.schema.dropTable('a')]`],
    [
      'a chain by reduce',
      `return ['a', 'b'].reduce((last, t) => last.then(() => knex.schema.dropTable(t)), Promise.resolve())`,
    ],
    [
      'a builder that is added to',
      `const schema = knex.schema; schema.dropTable('a'); schema.dropTable('b'); await schema`,
    ],
    ['a taken-apart schema', `const { schema: { dropTable }, schema } = knex; await schema.dropTable('a')`],
    [
      'parameters',
      `const f = async (first, second = 'b', ...more) => { for (const t of [first, second, ...more]) ${drop('t')} }; await f(...['a', undefined, 'c'])`,
    ],
    ['this as the table', `await knex.schema.alterTable('a', function () { this.enu('s', ['p']) })`],
    [
      'a callback that waits',
      `await knex.schema.alterTable('a', async (t) => { t.integer('first'); await null; t.integer('late'); t.dropColumn('x') })`,
    ],
    [
      'an object with methods',
      `const it = { table: 'a', async run() { ${drop('this.table')} } }; await it.run?.()`,
    ],
    ['var', `var t = 'a'; { var t = 'b' } ${drop('t')}`],
    [
      'a transaction by hand',
      `const trx = await knex.transaction(); await trx.schema.dropTable('a'); await trx.commit()`,
    ],
    ['logical assignment', `let t; t ??= 'a'; t ||= 'b'; ${drop('t')}`],
    ['a loop that awaits', `for await (const t of ['a', 'b']) ${drop('t')}`],
    [
      'a function that is async',
      `const has = async () => knex.schema.hasTable('a'); if (await has()) ${drop("'a'")}`,
    ],
    [
      'a class',
      `class Tables { constructor(knex) { this.knex = knex } drop() { return this.knex.schema.dropTable('a') } }
       await new Tables(knex).drop()`,
    ],
    [
      'a class around the client',
      `class Tables { static all = ['a', 'b']; #last = 'c'
         async run() { for (const t of Tables.all) ${drop('t')}; await this.drop(this.#last) }
         async drop(t) { ${drop('t')} } }
       await new Tables().run()`,
    ],
    [
      'a class that extends another',
      `class Base { name = 'a'; constructor(next) { this.next = next } tables() { return [this.name, this.next] } drop() { return this.each(this.tables()) } }
       class Tables extends Base { name = 'b'; constructor() { super('c') } tables() { return super.tables() }
         each = async (names) => { for (const t of names) ${drop('t')} } }
       await new Tables().drop()`,
    ],
    [
      'columns by what is there',
      `const hasB = await knex.schema.hasColumn('b', 'x')
       await knex.schema.alterTable('b', (t) => { if (hasB) return; t.integer('never') })
       const [hasX, hasY] = [await knex.schema.hasColumn('a', 'x'), await knex.schema.hasColumn('a', 'y')]
       await knex.schema.alterTable('a', (t) => {
         t.integer('first'); if (!hasY) { t.enu('y', ['p']).notNullable().defaultTo('p'); t.index('y') }
         t.integer('last'); if (hasX) t.dropColumn('x')
       })`,
    ],
  ])('%s', async (_, body) => {
    const root = folderWith(filesOf([TABLES, body]))
    await real.reset()
    await real.migrate(join(root, 'migrations'))
    const state = await real.state()
    const { migrations } = readSet(root)
    expect(migrations.flatMap(({ unread }) => unread)).toEqual([])
    await real.reset()
    for (const { pieces } of migrations) for (const { text } of pieces) await real.db.exec(text)
    expect(await real.state()).toEqual(state)
  })
})

/** What one `up` comes to, as `line: SQL` and `line? what may be` (what is not read, and its reason where asked for). */
function stepsOf(body: string): string[] {
  const [migration] = readSet(folderWith(filesOf([body]))).migrations
  return [
    ...migration!.pieces.map(({ line, text }) => `${line}: ${text}`),
    ...migration!.unread.map(({ line, reason, text }) => `${line}? ${reason}: ${text}`),
  ]
}

describe('what is not decided is unread', () => {
  test.each<[string, string, string[]]>([
    [
      'a throw',
      "await knex.schema.dropTable('a')\nthrow new Error()",
      ['2? the migration throws later: drop table "a"', '3? the migration throws here: throw new Error()'],
    ],
    [
      'a condition that was changed by raw SQL',
      "const has = await knex.schema.hasTable('t')\nawait knex.raw('drop table t')\nif (has) await knex.schema.dropTable('u')",
      ['3: drop table t', '4? it depends on a condition that is not decided: drop table "u"'],
    ],
    [
      'a condition that is compared',
      "const has = await knex.schema.hasTable('t')\nif (has < true) await knex.schema.dropTable('t')",
      ['3? it depends on a condition that is not decided: drop table "t"'],
    ],
    [
      '?: whose test sends something',
      "await ((await knex.raw('drop table a')) ? knex.schema.dropTable('b') : undefined)",
      ['2: drop table a', '2? it depends on a condition that is not decided: drop table "b"'],
    ],
    [
      'a return in a switch',
      "switch (process.env.X) { case 'a':\nreturn knex.schema.dropTable('a') }\nawait knex.schema.dropTable('b')",
      [
        '3? it depends on a switch that is not decided: drop table "a"',
        '4? it depends on a condition that is not decided: drop table "b"',
      ],
    ],
    [
      'a return in a loop over what is not known',
      "for (const t of await knex('t')) {\nreturn knex.schema.dropTable('a') }",
      ['3? it runs in a loop that is not decided: drop table "a"'],
    ],
    [
      'a return in a branch of a block',
      "{ if (process.env.X) { return } }\nawait knex.schema.dropTable('b')",
      ['3? it depends on a condition that is not decided: drop table "b"'],
    ],
    [
      'a catch',
      "try { await knex.schema.dropTable('a') } catch {\nawait knex.schema.dropTable('b') }",
      ['2: drop table "a"', '3? it runs where something fails: drop table "b"'],
    ],
    [
      'a catch that throws',
      "try { await knex.schema.dropTable('a') } catch (error) {\nawait knex.schema.dropTable('b'); throw error }",
      ['2: drop table "a"'],
    ],
    [
      'a catch of a nested transaction',
      "try { await knex.transaction((trx) => trx.schema.dropTable('a')) } catch {\nawait knex.schema.dropTable('b') }",
      [
        '2? it runs where nothing fails before: drop table "a"',
        '3? it runs where something fails: drop table "b"',
      ],
    ],
    [
      'a catch of a promise',
      "await knex.schema.dropTable('a').catch(() =>\nknex.schema.dropTable('b'))",
      ['2: drop table "a"', '3? it runs where something fails: drop table "b"'],
    ],
    [
      'a class that extends one that is not known',
      "class Tables extends Unknown { drop() { return this.knex.schema.dropTable('a') } }\nawait new Tables(knex).drop()",
      ["2? what this call does to the database is not known: this.knex.schema.dropTable('a')"],
    ],
    [
      'a property of a class that a function gives',
      "class Tables { get a() { return knex.schema.dropTable('a') } }\nawait new Tables().a.run()",
      [
        "3? what this call does to the database is not known: new Tables().a.run()\nget a() { return knex.schema.dropTable('a') }",
      ],
    ],
    [
      'a new object that is given the client',
      'await new Unknown({ knex }).run()',
      [
        '2? what this call does to the database is not known: new Unknown({ knex })',
        '2? what this call does to the database is not known: new Unknown({ knex }).run()',
      ],
    ],
    [
      'a promise that is given a builder',
      "await new Promise((resolve) => resolve(knex.schema.dropTable('a')))",
      ["2? what this call does to the database is not known: resolve(knex.schema.dropTable('a'))"],
    ],
    [
      'a callback of something that is not known',
      "await each(['a'], async (t) => {\nawait knex.schema.dropTable('b') })",
      ['3? it is handed to code that is not known: drop table "b"'],
    ],
    [
      'a callback of rows',
      "const rows = await knex('t')\nrows.forEach(async () => { await knex.schema.dropTable('b') })",
      ['3? it is handed to code that is not known: drop table "b"'],
    ],
    [
      'the right of &&, || and ??',
      "process.env.X && await knex.schema.dropTable('a')\nprocess.env.X || await knex.schema.dropTable('b')\nprocess.env.X ?? await knex.schema.dropTable('c')",
      [
        '2? it depends on a condition that is not decided: drop table "a"',
        '3? it depends on a condition that is not decided: drop table "b"',
        '4? it depends on a condition that is not decided: drop table "c"',
      ],
    ],
    [
      'an array that may be changed',
      "const list = ['a']\nif (process.env.X) list.push('b')\nfor (const t of list) await knex.schema.dropTable(t)",
      ['4? the name is not constant: knex.schema.dropTable(t)'],
    ],
    [
      'an array that something else may change',
      "const list = ['a']\nfill(list)\nfor (const t of list) await knex.schema.dropTable(t)",
      ['4? the name is not constant: knex.schema.dropTable(t)'],
    ],
    [
      'an array that is sorted',
      "const list = ['a']\nlist.sort((a, b) => a.length - b.length)\nfor (const t of list) await knex.schema.dropTable(t)",
      ['4? the name is not constant: knex.schema.dropTable(t)'],
    ],
    [
      'a value that a loop changes',
      "let t = 'a'\nfor (const row of await knex('t')) { await knex.schema.dropTable(t); t = 'b' }",
      ['3? the name is not constant: knex.schema.dropTable(t)'],
    ],
    [
      'a generator',
      "async function* all() { await knex.schema.dropTable('a') }\nfor await (const x of all()) ;",
      ["2? a generator is not followed: async function* all() { await knex.schema.dropTable('a') }"],
    ],
    [
      'a method of the client that is not known',
      "const { raw } = knex\nawait raw('drop table a')",
      ["3? what this call does to the database is not known: raw('drop table a')"],
    ],
    [
      'a client of its own',
      "const db = require('db')\nawait db.schema.dropTable('a')\nawait db.query('DROP TABLE b')\nawait db.from('c')",
      [
        "3? what this call does to the database is not known: db.schema.dropTable('a')",
        "4? what this call does to the database is not known: db.query('DROP TABLE b')",
      ],
    ],
    [
      'a tagged template',
      "const sql = require('sql')\nawait sql`DROP TABLE a`",
      ['3? what this call does to the database is not known: sql`DROP TABLE a`'],
    ],
    [
      'a column by a condition',
      "await knex.schema.alterTable('t', (t) => {\nif (process.env.X) t.enu('s', ['x']) })",
      ["3? it depends on a condition that is not decided: \"t\": t.enu('s', ['x'])"],
    ],
    [
      'a column by what the same statement changes',
      "const has = await knex.schema.hasColumn('t', 'x')\nawait knex.schema.alterTable('t', (t) => { t.dropColumn('y')\nif (has) t.dropColumn('x')\nif (!has) t.integer('z') })",
      [
        '4: DO $guard1$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = \'t\' AND column_name = \'x\' AND table_schema = current_schema()) THEN alter table "t" drop column "x"; END IF; END $guard1$',
        '3: alter table "t" drop column "y"',
        '3? it depends on a condition that is not decided: alter table "t" \n\nadd column "z" integer',
      ],
    ],
    [
      'a column of a new table by a condition',
      "const has = await knex.schema.hasTable('u')\nawait knex.schema.createTable('t', (t) => { if (has)\nt.integer('x') })",
      ['3: create table "t" ()', `4? it depends on a condition that is not decided: "t": t.integer('x')`],
    ],
    [
      'a column after await',
      "await knex.schema.alterTable('t', async (t) => { t.integer('a')\nif (await knex.schema.hasTable('u')) t.enu('s', ['x'])\nt.enu('r', ['x']) })",
      [
        '2: alter table "t" add column "a" integer',
        "3? it depends on a condition that is not decided: \"t\": t.enu('s', ['x'])",
        "4? it depends on a condition that is not decided: \"t\": t.enu('r', ['x'])",
      ],
    ],
    [
      'a builder that may be added to',
      "const schema = knex.schema.dropTable('a')\nif (process.env.X) schema.dropTable('b')\nawait schema",
      ['2: drop table "a"', '3? it depends on a condition that is not decided: drop table "b"'],
    ],
    [
      'arguments that are not known',
      "const f = (a, b = 'b') => knex.schema.dropTable(b)\nawait f(...process.argv)",
      ['2? the name is not constant: knex.schema.dropTable(b)'],
    ],
    [
      'a transaction that is rolled back',
      'const trx = await knex.transaction()\nawait trx.schema.dropTable("a")\nawait trx.rollback()',
      [
        '3? a transaction is rolled back later: drop table "a"',
        '4? a transaction is rolled back: trx.rollback()',
      ],
    ],
    [
      'a function that calls itself as long as there are rows',
      "const next = (n) => knex('t').then((rows) => rows.length ? next(n + 1) : n)\nawait next(0)\nawait knex.schema.dropTable('a')",
      ['4: drop table "a"'],
    ],
    [
      'a function that calls itself and changes the schema',
      "const next = async (n) => { const rows = await knex('t')\nawait knex.schema.dropTable('a' + n)\nif (rows.length) await next(n + 1) }\nawait next(0)",
      [
        '3: drop table "a0"',
        ...[1, 2, 3, 4].map((n) => `3? it depends on a condition that is not decided: drop table "a${n}"`),
        "2? it is not known how often it calls itself: async (n) => { const rows = await knex('t')\nawait knex.schema.dropTable('a' + n)\nif (rows.length) await next(n + 1) }",
      ],
    ],
    [
      'a while that may end',
      "while (true) {\nif (process.env.X) break\nawait knex.schema.dropTable('a') }",
      ['4? it depends on a condition that is not decided: drop table "a"'],
    ],
    [
      'a text of which a part is not known',
      'const sql = `DROP TABLE a${process.env.X}`\nawait knex.raw(sql)',
      ['3? a raw statement is not constant: `DROP TABLE a${process.env.X}`'],
    ],
  ])('%s', (_, body, expected) => {
    expect(stepsOf(body)).toEqual(expected)
  })
})

/** The SQL of a migration that is written like this, and what of it is unread. */
function piecesOf(text: string, files: Record<string, string> = {}, name = '1_a.js'): Migration {
  const first = { 'migrations/0_first.js': 'exports.up = (knex) => {}\n' }
  return readSet(folderWith({ ...PACKAGE, ...first, ...files, [`migrations/${name}`]: text })).migrations[1]!
}

const UP = "async (knex) => { await knex.schema.dropTable('a') }"

describe('exports', () => {
  test.each<[string, string]>([
    ['exports.up', `exports.up = ${UP}`],
    ['several names at once', `exports.down = exports.up = ${UP}`],
    ['module.exports.up', `module.exports.up = ${UP}`],
    ['module.exports', `const up = ${UP}\nmodule.exports = { up, down() {} }`],
    ['properties of module.exports', `module.exports = {}\nmodule.exports.up = ${UP}`],
    ['Object.assign', `Object.assign(exports, { up: ${UP} })`],
    [
      'what TypeScript makes',
      `Object.defineProperty(exports, '__esModule', { value: true })\nexports.up = up\nasync function up(knex) { await knex.schema.dropTable('a') }`,
    ],
    ['export const', `export const up = ${UP}`],
    ['export function', `export async function up(knex) { await knex.schema.dropTable('a') }`],
    ['export of a name', `const run = ${UP}\nexport { run as up }`],
    ['a helper above', `import helper from './help.js'\nexport const up = (knex) => helper(knex)`],
    ['helpers by namespace', `import { all } from './help.js'\nexport const up = (knex) => all.drop(knex)`],
    [
      'a CommonJS module by default',
      `import helpers from './common.cjs'\nexport const up = (knex) => helpers.drop(knex)`,
    ],
    [
      'an import where it is needed',
      `export const up = async (knex) => { const { drop } = await import('./other.js'); await drop(knex) }`,
    ],
  ])('%s', (_, text) => {
    const { pieces, unread } = piecesOf(text, {
      'migrations/help.js': `export default async function (knex) { await knex.schema.dropTable('a') }\nexport * as all from './other.js'\n`,
      'migrations/other.js': `export const drop = ${UP}\n`,
      'migrations/common.cjs': `exports.drop = ${UP}\n`,
    })
    expect(unread).toEqual([])
    expect(pieces.map((piece) => piece.text)).toEqual(['drop table "a"'])
  })

  test('an array of a module that changes as it is loaded', () => {
    const { pieces } = piecesOf(
      "const LIST = ['a']\nLIST.push('b')\nfor (const x of ['c']) LIST.push(x)\nexports.up = (knex) => knex.schema.createTable('t', (t) => { t.enu('s', LIST) })",
    )
    expect(pieces[0]!.text).toContain("('a', 'b', 'c')")
  })

  test('an enum in a function', () => {
    const text = `export async function up(knex: any) { enum State { On = 'on' }\n await knex.schema.dropTable(State.On) }`
    expect(piecesOf(text, {}, '1_a.ts').pieces).toMatchObject([{ text: 'drop table "on"' }])
  })

  test('types and a namespace', () => {
    const text = `declare module 'knex' { interface X { up: string } }\nnamespace Tables { export const a = knex.raw('x') }\nexport const up = ${UP}`
    expect(piecesOf(text, {}, '1_a.ts').unread).toMatchObject([
      { line: 2, reason: 'this statement is not followed' },
    ])
  })

  test('a module that throws', () => {
    expect(piecesOf("if (1 < 2) throw new Error('x')\nexports.up = async (knex) => {}").unread).toMatchObject(
      [{ reason: 'the migration throws' }],
    )
  })
})
