import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import rule from '../../rules/prefer-mirror.js'
import { fixtures, ruleTester, testable } from './tester.js'

const object = `const WorkspaceStatus = { Provisioning: 'provisioning', Online: 'online', Offline: 'offline' } as const\n`
const query = (value: string) => `db.query('UPDATE workspaces SET status = $1', [${value}])`
const filename = join(fixtures, 'mirrors', 'file.ts')

ruleTester.run('prefer-mirror', testable(rule), {
  valid: [
    `${object}${query('WorkspaceStatus.Online')}`,
    { name: 'no mirror', code: query(`'online'`) },
    {
      name: 'a union has no members to name',
      code: `type WorkspaceStatus = 'provisioning' | 'online' | 'offline'\n${query(`'online'`)}`,
    },
    { name: 'constants in SQL', code: `${object}db.query("UPDATE workspaces SET status = 'online'")` },
    { name: 'strings that reach no column', code: `${object}log('online')` },
    { name: 'a value that the mirror lacks', code: `${object}${query(`'broken'`)}` },
    {
      name: 'an import of the type alone',
      code: `import type { WorkspaceStatus } from './status'\n${query(`'online'`)}`,
      filename,
    },
    {
      name: "names of the code's own for values",
      code: `const WorkspaceStatus = { ONLINE: 'online', OFFLINE: 'offline', PROVISIONING: 'provisioning', FAILED: 'failed' } as const\nprisma.workspace.create({ data: { state: 'ONLINE' } })`,
      filename: fileURLToPath(new URL('../fixtures/prisma/src/file.ts', import.meta.url)),
    },
    {
      name: 'a name that is taken',
      code: `import { other } from './status'\nconst WorkspaceStatus = 1\n${query(`'online'`)}`,
      filename,
    },
  ],
  invalid: [
    {
      name: 'an object of the file',
      code: `${object}${query(`'online'`)}`,
      output: `${object}${query('WorkspaceStatus.Online')}`,
      errors: [
        { messageId: 'preferMember', data: { member: 'WorkspaceStatus.Online', value: '"online"' }, line: 2 },
      ],
    },
    {
      name: 'members that are no identifiers',
      code: `const WorkspaceStatus = { 'is-on': 'online', 'is-off': 'offline', p: 'provisioning' } as const\n${query(`'online'`)}`,
      output: `const WorkspaceStatus = { 'is-on': 'online', 'is-off': 'offline', p: 'provisioning' } as const\n${query('WorkspaceStatus["is-on"]')}`,
      errors: [{ messageId: 'preferMember' }],
    },
    {
      name: 'an import that is there',
      code: `import { WorkspaceStatus as S } from './status'\n${query(`'online'`)}`,
      output: `import { WorkspaceStatus as S } from './status'\n${query('S.Online')}`,
      filename,
      errors: [{ messageId: 'preferMember' }],
    },
    {
      name: 'a namespace',
      code: `import * as status from './status'\n${query(`'online'`)}`,
      output: `import * as status from './status'\n${query('status.WorkspaceStatus.Online')}`,
      filename,
      errors: [{ messageId: 'preferMember' }],
    },
    {
      name: 'a module that is imported from: the import is added, once',
      code: `import { other } from './status'\n${query(`'online'`)}\n${query(`'offline'`)}`,
      output: [
        `import { other, WorkspaceStatus } from './status'\n${query('WorkspaceStatus.Online')}\n${query(`'offline'`)}`,
        `import { other, WorkspaceStatus } from './status'\n${query('WorkspaceStatus.Online')}\n${query('WorkspaceStatus.Offline')}`,
      ],
      filename,
      errors: [{ messageId: 'preferMember' }, { messageId: 'preferMember' }],
    },
    {
      name: 'a module that only types are imported from',
      code: `import type { Other } from "./status";\n${query(`'online'`)}`,
      output: `import type { Other } from "./status";\nimport { WorkspaceStatus } from "./status";\n${query('WorkspaceStatus.Online')}`,
      filename,
      errors: [{ messageId: 'preferMember' }],
    },
    {
      name: 'a module that the options name',
      code: `'use strict'\n${query(`'online'`)}`,
      output: `'use strict'\nimport { WorkspaceStatus } from './status';\n${query('WorkspaceStatus.Online')}`,
      filename,
      options: [{ modules: { WorkspaceStatus: join(fixtures, 'mirrors', 'status') } }],
      errors: [{ messageId: 'preferMember' }],
    },
  ],
})
