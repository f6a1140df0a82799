import { describe, expect, it } from 'vitest'
import { driftOf } from '../../../src/code/mirrors/drift.js'
import { findMirrors } from '../../../src/code/mirrors/index.js'
import { catalogOf } from '../builders/catalog.js'
import { checkMarked, inContext } from '../rows/check.js'
import type { CheckOptions } from '../rows/check.js'

/** Wrong entries are marked; `links` says how each mirror of the piece is proven. */
interface Case {
  readonly code: string
  readonly links: readonly string[]
  readonly options?: CheckOptions
}

function check({ code, links, options }: Case): void {
  checkMarked(
    code,
    (context) => findMirrors(context).flatMap((mirror) => driftOf(mirror).unknown.map(({ range }) => range)),
    options,
  )
  const plain = code.replace(/[«»]/g, '')
  const found = inContext(
    plain,
    (context) =>
      findMirrors(context).map(({ link, isDefinition }) => link + (isDefinition ? ' (definition)' : '')),
    options,
  )
  expect(found).toEqual(links)
}

const sameName = 'same name as enum workspace_status, and most of its values'
const drizzle = `import { pgEnum, pgTable, pgSchema, text, varchar } from 'drizzle-orm/pg-core'\n`
const zod = `import { z } from 'zod'\n`

const cases: Record<string, readonly Case[]> = {
  'same name': [
    {
      code: `type WorkspaceStatus = 'provisioning' | 'online' | 'offline' | «'hibernating'»`,
      links: [sameName],
    },
    {
      code: `export const WORKSPACE_STATUSES = ['online', 'offline', 'provisioning', «'x'»] as const`,
      links: [sameName],
    },
    {
      code: `const workspaceStatusValues = Object.freeze(['online', 'offline', 'provisioning'])`,
      links: [sameName],
    },
    {
      code: `enum WorkspaceStatusEnum { Online = 'online', Offline = 'offline', Provisioning = 'provisioning', X = «'x'» }`,
      links: [sameName],
    },
    {
      code: `const WorkspaceStatus = { Online: 'online', Offline: 'offline', Provisioning: 'provisioning', X: «"x"» } as const
type WorkspaceStatus = (typeof WorkspaceStatus)[keyof typeof WorkspaceStatus]`,
      links: [sameName],
    },
    {
      code: `${zod}const workspaceStatusSchema = z.enum(['online', 'offline', 'provisioning', «'x'»]).nullable()`,
      links: [sameName],
    },
    {
      code: `const STATUSES = ['online', 'offline', 'provisioning', «'x'»] as const
export type WorkspaceStatus = (typeof STATUSES)[number]`,
      links: [sameName],
    },
    {
      code: `${zod}const s = z.enum(['online', 'offline', 'provisioning', «'x'»])
export type WorkspaceStatus = z.infer<typeof s>`,
      links: [sameName],
    },
  ],
  'small enums': [
    {
      code: `type AalLevel = 'aal1' | 'aal2' | «'aal3'»`,
      links: ['same name as enum aal_level, and most of its values'],
    },
    { code: `type AalLevel = 'aal1' | 'x'`, links: [] },
  ],
  'no proof': [
    { code: `type Status = 'online' | 'offline' | 'x'`, links: [] },
    { code: `type WorkspaceStatus = 'all' | 'some' | 'online'`, links: [] },
    { code: `type WorkspaceStatusFilter = 'all' | 'online' | 'offline' | 'provisioning'`, links: [] },
    { code: `type HttpStatus = 'ok' | 'error'; type UiStatus = 'online' | 'offline' | 'loading'`, links: [] },
    { code: `const workspaceStatuses = ['online', 'offline', 'provisioning', 'x']`, links: [] },
    {
      code: `${zod}const schema = z.object({ status: z.enum(['online', 'offline', 'provisioning', 'x']) })`,
      links: [],
    },
    {
      code: `type Wider = 'all' | WorkspaceStatus; type WorkspaceStatus = 'online' | 'offline' | 'provisioning'`,
      links: [sameName],
    },
    {
      code: `type WorkspaceStatus = 'all' | Base; type Base = 'online' | 'offline' | 'provisioning'`,
      links: [],
    },
    {
      code: `${zod}const workspaceStatusSchema = z.enum(['online', 'offline', 'provisioning', 'x']).or(z.literal('all'))`,
      links: [],
    },
    {
      code: `import { z } from './other'\nconst workspaceStatusSchema = z.enum(['online', 'offline', 'provisioning', 'x'])`,
      links: [],
    },
    { code: `enum WorkspaceStatus { Online, Offline, Provisioning }`, links: [] },
  ],
  tags: [
    { code: `/** @pgEnum workspace_status */\ntype Foo = 'online' | «'x'»`, links: ['tag @pgEnum'] },
    {
      code: `/** The states. @pgEnum auth.aal_level */\nexport const LEVELS = ['aal1', «'aal3'»]`,
      links: ['tag @pgEnum'],
    },
    { code: `/** @pgEnum workspaces.plan */\nexport type Plan = 'free' | «'gold'»`, links: ['tag @pgEnum'] },
    {
      code: `interface Dto {\n  /** @pgEnum workspace_status */\n  state: 'online' | «'x'»\n  other: 'online' | 'x'\n}`,
      links: ['tag @pgEnum'],
    },
    { code: `/** @pgEnum nothing */\ntype Foo = 'online' | 'x'`, links: [] },
    { code: `/** @pgEnum workspace_status */\n\n/** else */\ntype Foo = 'online' | 'x'`, links: [] },
    {
      code: `type State = 'online' | «'x'»`,
      links: ['settings.mirrors'],
      options: { settings: { mirrors: { State: 'workspace_status' } } },
    },
  ],
  drizzle: [
    {
      code: `${drizzle}export const s = pgEnum('workspace_status', ['online', «'x'»])`,
      links: ['drizzle pgEnum (definition)'],
    },
    {
      code: `${drizzle}const auth = pgSchema('auth')\nconst l = auth.enum('aal_level', ['aal1', «'x'»])`,
      links: ['drizzle pgEnum (definition)'],
    },
    {
      code: `${drizzle}const LIST = ['online', «'x'»] as const\nexport const s = pgEnum('workspace_status', LIST)`,
      links: ['drizzle pgEnum (definition)'],
    },
    {
      code: `${drizzle}const t = pgTable('workspaces', { plan: text('plan', { enum: ['free', «'gold'»] }).notNull() })`,
      links: ['drizzle column (definition)'],
    },
    {
      code: `${drizzle}const t = pgTable('workspaces', { plan: varchar({ enum: ['free', «'gold'»], length: 9 }) })`,
      links: ['drizzle column (definition)'],
    },
    {
      code: `${drizzle}const t = pgTable('workspaces', (t) => ({ plan: t.text({ enum: ['free', «'gold'»] }) }))`,
      links: ['drizzle column (definition)'],
    },
    {
      code: `${drizzle}const t = pgTable('agents', { status: text({ enum: ['free', 'gold'] }) })`,
      links: [],
    },
    {
      code: `${drizzle}type P = 'free' | «'gold'»\nconst t = pgTable('workspaces', { p: text('plan').$type<P>().notNull() })`,
      links: ['drizzle $type of a column'],
    },
    {
      code: `import { pgEnum } from 'other'\nexport const s = pgEnum('workspace_status', ['online', 'x'])`,
      links: [],
    },
    { code: `${drizzle}export const s = pgEnum('unknown_type', ['online', 'x'])`, links: [] },
  ],
  entities: [
    {
      code: `import { Entity, Column } from 'typeorm'
enum Status { Online = 'online', X = «'x'» }
@Entity('workspaces') class W { @Column({ type: 'enum', enum: Status }) status: Status }`,
      links: ['TypeORM @Column (definition)'],
    },
    {
      code: `import { Entity, Column } from 'typeorm'
@Entity() class Other { @Column('enum', { enum: ['online', «'x'»], enumName: 'workspace_status' }) status: string }`,
      links: ['TypeORM @Column (definition)'],
    },
    {
      code: `import { Entity, Column } from 'typeorm'
@Entity({ name: 'agents' }) class A { @Column({ type: 'enum', enum: ['online', 'x'] }) status: string }`,
      links: [],
    },
    {
      code: `import { Entity, Enum } from '@mikro-orm/core'
enum Status { Online = 'online', X = «'x'» }
@Entity({ tableName: 'workspaces' }) class W { @Enum(() => Status) status!: Status }`,
      links: ['MikroORM @Enum (definition)'],
    },
    {
      code: `import { Entity, Enum } from '@mikro-orm/core'
@Entity() class W { @Enum({ items: ['online', «'x'»], nativeEnumName: 'workspace_status' }) status!: string }`,
      links: ['MikroORM @Enum (definition)'],
    },
    {
      code: `import { defineEntity, p } from '@mikro-orm/core'
const W = defineEntity({ name: 'Workspace', properties: { status: p.enum(['online', «'x'»]).nullable(), plan: p.string() } })`,
      links: ['MikroORM defineEntity (definition)'],
    },
    {
      code: `import { EntitySchema } from 'typeorm'
const W = new EntitySchema({ name: 'Workspace', columns: { status: { type: 'enum', enum: ['online', «'x'»] } } })`,
      links: ['TypeORM EntitySchema (definition)'],
    },
  ],
  models: [
    {
      code: `import { DataTypes } from 'sequelize'
const W = sequelize.define('Workspace', { status: { type: DataTypes.ENUM('online', «'x'»), allowNull: false } })`,
      links: ['Sequelize define (definition)'],
    },
    {
      code: `import { DataTypes } from 'sequelize'
const LIST = ['online', «'x'»] as const
W.init({ state: { type: DataTypes.ENUM(...LIST), field: 'status' }, n: DataTypes.STRING }, { sequelize, tableName: 'workspaces' })`,
      links: ['Sequelize init (definition)'],
    },
    {
      code: `import { Table, Column, DataType } from 'sequelize-typescript'
@Table({ tableName: 'workspaces' }) class W { @Column(DataType.ENUM({ values: ['online', «'x'»] })) status: string }`,
      links: ['sequelize-typescript @Column (definition)'],
    },
    {
      code: `import { DataTypes } from 'sequelize'
const A = sequelize.define('Agent', { status: DataTypes.ENUM('online', 'x') })`,
      links: [],
    },
    {
      code: `class W extends Model {
  static get tableName() { return 'workspaces' }
  static jsonSchema = { type: 'object', properties: { status: { type: 'string', enum: ['online', «'x'»] }, name: { enum: ['a'] } } }
}`,
      links: ['Objection jsonSchema'],
    },
  ],
  generated: [
    {
      code: `/** Represents the enum public.workspace_status */\nexport type Foo = 'online' | «'x'»`,
      links: ['type generated by kanel'],
    },
    {
      code: `/** Represents the enum auth.aal_level */\nexport enum Foo { aal1 = 'aal1', x = «'x'» }`,
      links: ['type generated by kanel'],
    },
    {
      code: `export type Database = { public: { Tables: {}, Enums: { workspace_status: 'online' | «'x'», none: 'a' } }, auth: { Tables: {}, Enums: { aal_level: 'aal1' } } }`,
      links: ['type generated by supabase', 'type generated by supabase'],
    },
    {
      code: `export const Constants = { public: { Enums: { workspace_status: ['online', «'x'»] } } } as const`,
      links: ['type generated by supabase'],
    },
    {
      code: `/**\n * This file was generated by kysely-codegen.\n */\nexport type WorkspaceStatus = 'online' | «'x'»`,
      links: ['type generated by kysely-codegen'],
    },
    {
      code: `/** Types generated for queries found in "a.sql" */\nexport type workspace_status = 'online' | «'x'»`,
      links: ['type generated by pgtyped'],
    },
    {
      code: `declare module 'zapatos/schema' { export type workspace_status = 'online' | «'x'» }`,
      links: ['type generated by zapatos'],
    },
  ],
  'row types': [
    {
      code: `interface WorkspaceTable { id: string; status: Generated<'online' | «'x'»>; name: 'a' | 'b' }
interface Database { workspaces: WorkspaceTable }`,
      links: ["column of a row type of workspaces in Kysely's Database"],
    },
    {
      code: `type Plan = 'free' | «'gold'»
interface WorkspaceTable { plan: ColumnType<Plan, Plan | undefined, Plan> | null }
interface Database { workspaces: WorkspaceTable }`,
      links: ["column of a row type of workspaces in Kysely's Database"],
    },
    {
      code: `type Workspace = { past_statuses: ('online' | «'x'»)[]; status: 'all' | Other }`,
      links: ['column of a settings.rows Workspace'],
      options: { settings: { rows: { Workspace: 'workspaces' } } },
    },
    { code: `interface WorkspaceTable { status: 'online' | 'x' }`, links: [] },
    {
      code: `import { Model } from 'objection'
class Workspace extends Model { static tableName = 'workspaces'; status!: 'online' | «'x'»; name?: 'a' | 'b' }`,
      links: ['column of an objection model of workspaces'],
    },
    {
      code: `import { Model } from 'objection'
type Plan = 'free' | «'gold'»
class Workspace extends Base { static get tableName() { return 'workspaces' } public readonly plan!: Plan | null }
abstract class Base extends Model {}`,
      links: ['column of an objection model of workspaces'],
    },
    { code: `class Workspace { static tableName = 'workspaces'; status!: 'online' | 'x' }`, links: [] },
  ],
  validators: (
    [
      `${zod}/** @pgEnum workspace_status */\nconst s = z.enum(["online", «"x"»])`,
      `${zod}enum E { A = 'online', B = «'x'» }\n/** @pgEnum workspace_status */\nconst s = z.nativeEnum(E)`,
      `${zod}/** @pgEnum workspace_status */\nconst s = z.union([z.literal('online'), z.literal(«'x'»)])`,
      `${zod}/** @pgEnum workspace_status */\nconst s = z.literal(['online', «'x'»]).optional()`,
      `import * as v from 'valibot'\n/** @pgEnum workspace_status */\nconst s = v.picklist(['online', «'x'»])`,
      `import { picklist } from 'valibot'\n/** @pgEnum workspace_status */\nconst s = picklist(['online', «'x'»])`,
      `import * as v from 'valibot'\n/** @pgEnum workspace_status */\nconst s = v.enum({ A: 'online', B: «'x'» })`,
      `import * as v from 'valibot'\n/** @pgEnum workspace_status */\nconst s = v.union([v.literal('online'), v.literal(«'x'»)])`,
      `import { Type } from '@sinclair/typebox'\n/** @pgEnum workspace_status */\nconst s = Type.Union([Type.Literal('online'), Type.Literal(«'x'»)])`,
      `import { Type } from '@sinclair/typebox'\nenum E { A = 'online', B = «'x'» }\n/** @pgEnum workspace_status */\nconst s = Type.Enum(E)`,
      `import { type } from 'arktype'\n/** @pgEnum workspace_status */\nconst s = type("'online' | «'x'»")`,
      `import { type } from 'arktype'\n/** @pgEnum workspace_status */\nconst s = type.enumerated('online', «'x'»)`,
      `import { type } from 'arktype'\n/** @pgEnum workspace_status */\nconst s = type('===', 'online', «'x'»)`,
      `import * as yup from 'yup'\n/** @pgEnum workspace_status */\nconst s = yup.string().oneOf(['online', «'x'»]).required()`,
      `import { mixed } from 'yup'\nconst L = ['online', «'x'»] as const\n/** @pgEnum workspace_status */\nconst s = mixed().oneOf(L)`,
      `import Joi from 'joi'\n/** @pgEnum workspace_status */\nconst s = Joi.string().valid('online', «'x'»)`,
    ] as const
  ).map((code) => ({ code, links: ['tag @pgEnum'] })),
}

describe.each(Object.entries(cases))('%s', (_, pieces) => {
  it.each(pieces.map((piece) => [piece.code, piece] as const))('%s', (_code, piece) => check(piece))
})

describe('two value sets', () => {
  it('says nothing of a name that two schemas have', () => {
    const both = catalogOf(`CREATE SCHEMA a; CREATE SCHEMA b;
      CREATE TYPE a.state AS ENUM ('x', 'y', 'z');
      CREATE TYPE b.state AS ENUM ('x', 'y');`)
    check({ code: `type State = 'x' | 'y' | 'w'`, links: [], options: { catalog: both } })
  })

  it('goes by the values where the name is that of another', () => {
    const both = catalogOf(`CREATE TYPE deployment_status AS ENUM ('running', 'done', 'error', 'cancelled');
      CREATE TYPE application_status AS ENUM ('idle', 'running', 'done', 'error');`)
    const status = (values: string): string => `type DeploymentStatus = ${values}`
    check({ code: status(`'idle' | 'running' | 'done' | 'error'`), links: [], options: { catalog: both } })
    const links = ['same name as enum deployment_status, and most of its values']
    check({ code: status(`'running' | 'done' | 'error'`), links, options: { catalog: both } })
    check({ code: status(`«'queued'» | 'running' | 'done' | 'error'`), links, options: { catalog: both } })
  })

  it('says nothing where the proofs name two', () => {
    check({
      code: `/** @pgEnum workspace_status */\nexport type State = 'online' | 'x'`,
      links: [],
      options: { settings: { mirrors: { State: 'member_role' } } },
    })
  })
})
