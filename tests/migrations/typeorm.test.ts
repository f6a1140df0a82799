import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from './folders.js'
import { RealTypeorm, filesOf, readSet } from './realTypeorm.js'
import { replayed, valueSetsOf } from './replayed.js'

let real: RealTypeorm

beforeAll(async () => {
  real = await RealTypeorm.start()
})

afterAll(() => real.stop())

const ORDERS = `await queryRunner.createTable(new Table({
  name: 'orders',
  columns: [
    { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    { name: 'status', type: 'enum', enum: ['open', "won't"], default: "'open'" },
    { name: 'kinds', type: 'enum', enum: ['a', 'b'], enumName: 'kind', isArray: true, isNullable: true },
    { name: 'kind', type: 'simple-enum', enum: ['a', 'b'], enumName: 'kind', isNullable: true },
    { name: 'text', type: 'varchar', length: '20', isNullable: true },
  ],
}))`

describe('what TypeORM itself does to Postgres', () => {
  test.each<[string, string[]]>([
    [
      'statements',
      [
        `await queryRunner.query(\`CREATE TYPE s AS ENUM ('a', 'b')\`)
         await queryRunner.query('CREATE TABLE t (s s, id int)')`,
        `await queryRunner.query(\`ALTER TYPE "public"."s" RENAME TO "s_old"\`)
         await queryRunner.query(\`CREATE TYPE "public"."s" AS ENUM('a', 'b', 'c')\`)
         await queryRunner.query(\`ALTER TABLE "t" ALTER COLUMN "s" TYPE "public"."s" USING "s"::"text"::"public"."s"\`)
         await queryRunner.query(\`DROP TYPE "public"."s_old"\`)`,
        `for (const [table, values] of Object.entries({ u: ['x', 'y'], v: ['z'] }))
           await queryRunner.query(\`CREATE TABLE \${table} (c text CHECK (c IN (\${values.map((v) => \`'\${v}'\`).join(', ')})))\`)
         await queryRunner.query('INSERT INTO t (s, id) VALUES ($1, $2)', ['c', 1])`,
      ],
    ],
    [
      'a manager and a transaction',
      [
        `await queryRunner.manager.query("CREATE TYPE s AS ENUM ('a')")
         await queryRunner.manager.transaction(async (manager) => { await manager.query('CREATE TABLE t (s s)') })
         await queryRunner.manager.createQueryBuilder().select('1', 'one').from('t', 't').getRawMany()
         if (queryRunner.connection.options.type === 'postgres') await queryRunner.query('ALTER TABLE t ADD u s')`,
      ],
    ],
    ['a table', [ORDERS]],
    [
      'types of columns',
      [
        `await queryRunner.createTable(new Table({ name: 't', columns: [
           { name: 'a', type: 'uuid', isPrimary: true, isGenerated: true, generationStrategy: 'uuid' },
           { name: 'b', type: 'timestamp with time zone', precision: 3, default: 'now()' }, { name: 'c', type: 'numeric', precision: 10, scale: 2 },
           { name: 'd', type: 'jsonb', default: "'{}'" }, { name: 'e', type: 'text', isArray: true, default: "'{}'" },
           { name: 'f', type: 'boolean', default: false }, { name: 'g', type: 'bigint', isNullable: true, isUnique: true },
           { name: 'i', type: 'smallint', default: 3 }, { name: 'j', type: 'varchar', length: '12', isNullable: true },
           { name: 'k', type: 'int', isGenerated: true, generationStrategy: 'identity' },
         ] }))`,
      ],
    ],
    [
      'constraints',
      [
        `await queryRunner.createTable(new Table({ name: 'parents', columns: [
           { name: 'id', type: 'int', isPrimary: true }, { name: 'also', type: 'int', isPrimary: true }, { name: 'one', type: 'int', isUnique: true } ] }))
         await queryRunner.createTable(new Table({
           name: 't', columns: [{ name: 's', type: 'text' }, { name: 'p', type: 'int' }],
           checks: [{ expression: "s IN ('a', 'b')" }, new TableCheck({ name: 'named', expression: "s <> 'c'" })],
           uniques: [new TableUnique({ columnNames: ['s', 'p'] })], indices: [{ columnNames: ['s'] }],
           foreignKeys: [{ columnNames: ['p'], referencedTableName: 'parents', referencedColumnNames: ['one'] }],
         }), true)`,
        `await queryRunner.dropCheckConstraint('t', 'named')
         await queryRunner.createCheckConstraint('t', new TableCheck({ expression: "s IN ('a')" }))
         await queryRunner.createForeignKeys('t', [new TableForeignKey({ name: 'fk', columnNames: ['p'], referencedTableName: 'parents', referencedColumnNames: ['one'] })])
         await queryRunner.dropForeignKey('t', 'fk')
         await queryRunner.createUniqueConstraint('t', new TableUnique({ columnNames: ['p'] }))
         await queryRunner.createIndex('t', new TableIndex({ name: 'i', columnNames: ['p'] }))
         await queryRunner.dropIndex('t', 'i')`,
        `const table = await queryRunner.getTable('t')
         const check = table.checks.find((one) => one.expression.includes("'b'"))
         await queryRunner.createCheckConstraints('t', [new TableCheck({ name: 'c', expression: "s = 'a'" })])`,
      ],
    ],
    [
      'columns that are added and dropped',
      [
        ORDERS,
        `await queryRunner.addColumn('orders', new TableColumn({ name: 'State', type: 'enum', enum: ['x'], isNullable: true }))
         await queryRunner.addColumns('orders', [
           new TableColumn({ name: 'p', type: 'enum', enum: ['x'], isNullable: true }), new TableColumn({ name: 'q', type: 'int', isNullable: true, isUnique: true }) ])`,
        `await queryRunner.dropColumn('orders', 'status')
         await queryRunner.dropColumns('orders', ['State', 'text'])
         const table = await queryRunner.getTable('orders')
         await queryRunner.dropColumn(table, table.findColumnByName('p'))`,
        `await queryRunner.addColumn('orders', new TableColumn({ name: 'status', type: 'enum', enum: ['new'], default: "'new'" }))`,
      ],
    ],
    [
      'an enum that changes',
      [
        ORDERS,
        `await queryRunner.changeColumn('orders', 'status', new TableColumn({ name: 'status', type: 'enum', enum: ['open', 'closed'], default: "'closed'" }))`,
        `await queryRunner.changeColumns('orders', [{ oldColumn: new TableColumn({ name: 'status', type: 'enum', enum: ['open', 'closed'], default: "'closed'" }),
           newColumn: new TableColumn({ name: 'state', type: 'enum', enum: ['a', 'open'], isNullable: true }) }])`,
      ],
    ],
    [
      'an enum that becomes text, and text that becomes an enum',
      [
        ORDERS,
        `await queryRunner.changeColumn('orders', 'status', new TableColumn({ name: 'status', type: 'varchar', isNullable: true }))
         await queryRunner.changeColumn('orders', 'text', new TableColumn({ name: 'text', type: 'enum', enum: ['x'], isNullable: true }))`,
      ],
    ],
    [
      'a column that keeps its type',
      [
        `await queryRunner.query("CREATE TABLE t (a varchar(20) CHECK (a IN ('x')), b varchar CHECK (b IN ('x')))")`,
        `await queryRunner.changeColumn('t', 'a', new TableColumn({ name: 'a', type: 'character varying', length: '20', default: "'x'", isNullable: true }))
         await queryRunner.changeColumn('t', 'b', new TableColumn({ name: 'b', type: 'text', isNullable: true }))`,
      ],
    ],
    [
      'names that change',
      [
        ORDERS,
        `await queryRunner.renameColumn('orders', 'status', 'State')
         await queryRunner.renameColumn('orders', 'text', 'words')`,
        `await queryRunner.renameTable('orders', 'purchases')`,
        `await queryRunner.addColumn('purchases', new TableColumn({ name: 'status', type: 'enum', enum: ['z'], isNullable: true }))`,
      ],
    ],
    [
      'schemas and views',
      [
        `await queryRunner.createSchema('app', true)
         await queryRunner.createTable(new Table({ name: 'app.t', columns: [{ name: 's', type: 'enum', enum: ['a'] }] }))
         await queryRunner.createTable(new Table({ schema: 'app', name: 'u', columns: [{ name: 's', type: 'enum', enum: ['a'] }] }))`,
        `await queryRunner.createView(new View({ name: 'v', expression: 'SELECT s FROM app.t' }))
         await queryRunner.addColumn('app.t', new TableColumn({ name: 'u', type: 'enum', enum: ['b'], isNullable: true }))
         await queryRunner.dropTable('app.u')`,
        `await queryRunner.query('DROP VIEW v')
         await queryRunner.dropSchema('app', true, true)`,
      ],
    ],
    [
      'what is asked of the schema',
      [
        ORDERS,
        `if (!(await queryRunner.hasTable('orders'))) await queryRunner.query('CREATE TABLE a (s text)')
         if (await queryRunner.hasColumn('orders', 'status')) await queryRunner.query('CREATE TABLE b (s text)')
         const table = await queryRunner.getTable('orders')
         const [status, missing] = [table.findColumnByName('status'), table.columns.find((column) => column.name === 'missing')]
         if (!missing) await queryRunner.addColumn('orders', new TableColumn({ name: 'missing', type: 'enum', enum: ['m'], isNullable: true }))
         if (status) await queryRunner.dropColumn('orders', 'status')
         if (!(await queryRunner.getTable('other'))) await queryRunner.dropTable('orders')
         await queryRunner.createTable(new Table({ name: 'b', columns: [{ name: 's', type: 'enum', enum: ['never'] }] }), true)
         await queryRunner.dropTable('missing', true)`,
      ],
    ],
    [
      'queries that decide',
      [
        ORDERS,
        `const rows = await queryRunner.query("SELECT 1 FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'status'")
         if (rows.length > 0) await queryRunner.query("ALTER TYPE orders_status_enum ADD VALUE 'more'")
         if (rows.length === 0) await queryRunner.query('DROP TABLE orders')
         const [type] = await queryRunner.query("SELECT typname FROM pg_type WHERE typname = 'kind'")
         if (!type) await queryRunner.query("CREATE TYPE kind AS ENUM ('z')")
         const [{ found }] = await queryRunner.query("SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'none') AS found")
         if (!found) await queryRunner.query("ALTER TYPE kind ADD VALUE 'c'")`,
      ],
    ],
    [
      'what fails is rolled back',
      [
        `await queryRunner.startTransaction()
         try {
           await queryRunner.query("CREATE TYPE s AS ENUM ('a')")
           await queryRunner.commitTransaction()
         } catch (error) { await queryRunner.rollbackTransaction(); await queryRunner.query('CREATE TABLE never (s text)') } finally { await queryRunner.release }`,
      ],
    ],
    [
      'helpers of the class',
      [
        `class Base { constructor(runner) { this.runner = runner } add(values) { return this.runner.query(\`CREATE TYPE \${this.name} AS ENUM (\${values})\`) } }
         class Type extends Base { name = 's' }
         await new Type(queryRunner).add("'a', 'b'")`,
      ],
    ],
  ])('%s', async (_, bodies) => {
    const root = folderWith(filesOf(bodies))
    await real.reset()
    await real.migrate(join(root, 'src/migrations'))
    const [state, sets] = [await real.state(), await valueSetsOf(real.db)]
    const set = readSet(root)
    expect(set.migrations.flatMap(({ unread }) => unread)).toEqual([])
    await real.reset()
    for (const { pieces } of set.migrations) for (const { text } of pieces) await real.db.exec(text)
    expect(await real.state()).toEqual(state)
    expect(replayed(set)).toEqual(sets)
  })
})
