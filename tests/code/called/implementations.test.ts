import { describe, test } from 'vitest'
import { Files } from '../../project/files.js'
import { check } from '../sql/check.js'

const METHODS = `setStatus(id: string, status: string): Promise<void>; list(status: string): Promise<unknown[]>`
const BODY = `async setStatus(id: string, status: string) { await db.query('UPDATE workspaces SET status = $2 WHERE id = $1', [id, status]) }
  async list(status: string) { return db.query('SELECT * FROM workspaces WHERE status = $1', [status]) }`

const FILES = {
  // In one file.
  'same.ts': `export interface WorkspaceRepository { ${METHODS} }
export class PgWorkspaceRepository implements WorkspaceRepository { ${BODY} }`,
  // Beside each other, with a fake and a test.
  'beside/repository.interface.ts': `export interface IWorkspaceRepository { ${METHODS} }`,
  'beside/workspace.repository.ts': `import type { IWorkspaceRepository } from './repository.interface'
@Injectable()
export class WorkspaceRepository<T = Row> extends Base<T> implements Closeable<T>, IWorkspaceRepository { ${BODY} }`,
  'beside/fake.ts': `export class FakeRepository implements IWorkspaceRepository { async setStatus() {} async list() { return [] } }`,
  'beside/workspace.repository.test.ts': `class Mine implements IWorkspaceRepository { ${BODY} }`,
  'beside/index.ts': `export * from './repository.interface'`,
  // An abstract class, as dependency injection has it.
  'abstract/store.ts': `export abstract class WorkspaceStore { abstract setStatus(id: string, status: string): Promise<void>; label(status: string) { return status } }`,
  'abstract/pg-store.ts': `import { WorkspaceStore } from './store'\nexport class PgStore extends WorkspaceStore { ${BODY} }`,
  // Two that run queries.
  'two/store.ts': `export interface WorkspaceStore { ${METHODS} }`,
  'two/a.ts': `export class A implements WorkspaceStore { ${BODY} }`,
  'two/b.ts': `export class B implements WorkspaceStore { async setStatus(id: string, status: string) { await db.query('DELETE FROM agents WHERE id = $1', [status]) } }`,
  // Another interface, and one that only contains the name.
  'other/store.ts': `export interface WorkspaceStore { ${METHODS} }`,
  'other/pg.ts': `export class Pg implements WorkspaceStores, Other<WorkspaceStore> { ${BODY} }`,
  // Another database.
  'click/store.ts': `export interface WorkspaceStore { ${METHODS} }`,
  'click/clickhouse.ts': `import { createClient } from '@clickhouse/client'\nexport class ClickHouseStore implements WorkspaceStore { ${BODY} }`,
  // Elsewhere.
  'far/types/store.ts': `export interface WorkspaceStore { ${METHODS} }`,
  'far/db/pg.ts': `export class Pg implements WorkspaceStore { ${BODY} }`,
}

describe('methods of an interface that one class beside it implements', () => {
  test.each([
    `import type { WorkspaceRepository } from './same'; class Service { constructor(private readonly workspaces: WorkspaceRepository) {} run() { return this.workspaces.setStatus('onlne', «'onlne'») } }`,
    `import { IWorkspaceRepository } from './beside'; class Service { constructor(@Inject(TOKEN) private readonly repo: IWorkspaceRepository) {} async run() { await this.repo.list(«'onlne'») } }`,
    `import { type IWorkspaceRepository as Repo } from './beside/repository.interface'; export const archive = (repo: Repo) => repo.setStatus('1', «'onlne'»)`,
    `import type { IWorkspaceRepository } from './beside'; export const archive = ({ repo }: { repo: IWorkspaceRepository }) => repo.setStatus('1', «'onlne'»)`,
    `import { WorkspaceStore } from './abstract/store'; class Service { constructor(private store: WorkspaceStore) {} run() { this.store.label('onlne'); return this.store.setStatus('1', «'onlne'») } }`,
  ])('%s', (text) => check(text, { filename: new Files(FILES).path('file.ts') }))

  test.each([
    `import type { WorkspaceStore } from './two/store'; export const archive = (store: WorkspaceStore) => store.setStatus('1', 'onlne')`,
    `import type { WorkspaceStore } from './other/store'; export const archive = (store: WorkspaceStore) => store.setStatus('1', 'onlne')`,
    `import type { WorkspaceStore } from './click/store'; export const archive = (store: WorkspaceStore) => store.setStatus('1', 'onlne')`,
    `import type { WorkspaceStore } from './far/types/store'; export const archive = (store: WorkspaceStore) => store.setStatus('1', 'onlne')`,
    `import type { IWorkspaceRepository } from './beside'; interface Mine extends IWorkspaceRepository {} export const archive = (store: Mine) => store.setStatus('1', 'onlne')`,
  ])('nothing where it is not the only one, or not there: %s', (text) =>
    check(text, { filename: new Files(FILES).path('file.ts') }),
  )
})
