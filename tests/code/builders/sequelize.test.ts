import { describe, it } from 'vitest'
import { check } from './check.js'

const MODELS = `import { DataTypes, Model, Op, Sequelize } from 'sequelize'
const Workspace = sequelize.define('Workspace', { state: { type: DataTypes.ENUM('online'), field: 'status' }, history: {}, name: DataTypes.TEXT, plan: DataTypes.TEXT, settings: DataTypes.JSONB }, { tableName: 'workspaces' })
class Agent extends Model {}
Agent.init({ agentKind: DataTypes.STRING, status: DataTypes.TEXT }, { sequelize, underscored: true })
const User = sequelize.define('User', { role: { field: 'user_role' } }, { tableName: 'users', schema: 'auth' })
`
const DECORATED = `import { Table, Column, Model } from 'sequelize-typescript'
@Table({ tableName: 'workspaces' }) class Workspace extends Model { @Column({ field: 'status' }) state!: string; @Column name!: string }
`

const cases: Record<string, readonly string[]> = {
  conditions: [
    `Workspace.findAll({ where: { state: «'a'», name: 'a', plan: «'gold'» } })`,
    `Workspace.findOne({ where: { state: ['online', «'a'»] } })`,
    `Workspace.count({ where: { state: { [Op.in]: [«'a'»], [Op.ne]: «'b'», [Op.not]: «'c'» } } })`,
    `Workspace.findAll({ where: { [Op.or]: [{ state: «'a'» }, { state: { [Op.or]: ['online', «'b'»] } }] } })`,
    `Workspace.findAll({ where: { history: { [Op.contains]: [«'a'»] } } })`,
    `Workspace.findAll({ include: [{ model: Agent, where: { agentKind: «'a'», status: 'a' } }], order: [['state', 'ASC']] })`,
    `Workspace.scope('x').destroy({ where: { state: «'a'» } })`,
    `User.findAll({ where: { role: «'root'» } })`,
    `${DECORATED} Workspace.findAll({ where: { state: «'a'», name: 'a' } })`,
  ],
  writes: [
    `Workspace.create({ state: «'a'», name: 'a', history: ['online', «'b'»] })`,
    `Workspace.bulkCreate([{ state: 'online' }, { state: «'a'» }])`,
    `Workspace.update({ state: «'a'» }, { where: { state: «'b'» } })`,
    `Workspace.upsert({ state: «'a'» }); Workspace.build({ state: «'b'» })`,
    `Workspace.findOrCreate({ where: { state: «'a'» }, defaults: { state: «'b'» } })`,
    `Agent.create({ agentKind: «'a'», status: 'a' })`,
    `const ws = await Workspace.findByPk(1); await ws.update({ state: «'a'» }); ws.set('state', «'b'»); ws.set({ state: «'c'» })`,
    `async function f(agent: Agent) { await agent.update({ agentKind: «'a'» }) }`,
    `${DECORATED} Workspace.create({ state: «'a'» })`,
  ],
  traps: [
    `Workspace.findAll({ where: { settings: { state: 'a' } }, order: [['state', 'ASC']], attributes: ['state'] })`,
    `Other.create({ state: 'a' }); map.set('state', 'a'); map.set({ state: 'a' })`,
    `Workspace.create({ other: 'a', settings: { state: 'a' } })`,
  ],
}

describe.each(Object.entries(cases))('sequelize %s', (_, codes) => {
  it.each(codes)('%s', (code) => check(code.startsWith('import') ? code : MODELS + code))
})
