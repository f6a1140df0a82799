import { join } from 'node:path'
import rule from '../../rules/no-mirror-drift.js'
import { fixtures, migrations, ruleTester, testable } from './tester.js'

const set = 'enum workspace_status'
const where = '001_init.sql:1'
const ALL = `'provisioning', 'online', 'offline', 'broken'`

/** The report for an entry; `suggestions` as pairs of message id and output. */
function unknown(
  value: string,
  mirror: string,
  wayOut: string,
  suggestions: [id: string, data: string, output: string][],
) {
  return {
    messageId: 'unknownEntry',
    data: { value: `"${value}"`, mirror, set, where, wayOut },
    suggestions: suggestions.map(([messageId, data, output]) => ({
      messageId,
      data:
        messageId === 'replaceWithNewName'
          ? { value: `"${data}"`, where: '002_rename.sql:1' }
          : { value: `"${data}"` },
      output,
    })),
  }
}

function missing(mirror: string, values: string, place = where) {
  return { messageId: 'missingValues', data: { mirror, values, set, where: place } }
}

ruleTester.run('no-mirror-drift', testable(rule), {
  valid: [
    `type WorkspaceStatus = 'provisioning' | 'online' | 'offline' | 'broken'`,
    { name: 'narrower on purpose', code: `type WorkspaceStatus = 'provisioning' | 'online' | 'offline'` },
    { name: 'wider on purpose', code: `type WorkspaceStatus = 'all' | Base; type Base = 'online'` },
    {
      name: 'another concept of a similar name',
      code: `type WorkspaceStatusFilter = 'provisioning' | 'online' | 'offline' | 'x'`,
    },
    {
      name: 'HTTP and UI statuses',
      code: `type Status = 'idle' | 'loading' | 'online'; const HTTP_STATUS = { ok: 'ok' } as const`,
    },
    {
      name: 'two databases with the same type name',
      code: `type WorkspaceStatus = 'open' | 'closed' | 'archived'`,
      settings: migrations('other-database'),
    },
    { name: 'the values of another database', code: `type WorkspaceStatus = 'open' | 'closed' | 'archived'` },
    {
      name: 'a disable comment',
      code: `// eslint-disable-next-line\ntype WorkspaceStatus = 'provisioning' | 'online' | 'offline' | 'x'`,
    },
    {
      name: 'a definition that is whole',
      code: `import { pgEnum } from 'drizzle-orm/pg-core'\npgEnum('workspace_status', [${ALL}])`,
    },
    {
      name: 'entries that can not be read hide what is missing',
      code: `import { pgEnum } from 'drizzle-orm/pg-core'\npgEnum('workspace_status', ['online', ...others])`,
    },
  ],
  invalid: [
    {
      name: 'two databases with the same type name: the same text, judged by another',
      code: `type WorkspaceStatus = 'open' | 'closed' | 'archived' | 'online'`,
      settings: migrations('other-database'),
      errors: [
        {
          messageId: 'unknownEntry',
          suggestions: [
            {
              messageId: 'removeEntry',
              data: { value: '"online"' },
              output: `type WorkspaceStatus = 'open' | 'closed' | 'archived'`,
            },
          ],
        },
      ],
    },
    {
      name: 'a union: nearest value, removal',
      code: `type WorkspaceStatus = 'provisioning' | 'onlne' | 'offline' | 'broken'`,
      errors: [
        {
          ...unknown('onlne', 'type WorkspaceStatus', 'Did you mean "online"?', [
            [
              'replaceWithNearest',
              'online',
              `type WorkspaceStatus = 'provisioning' | 'online' | 'offline' | 'broken'`,
            ],
            ['removeEntry', 'onlne', `type WorkspaceStatus = 'provisioning' | 'offline' | 'broken'`],
          ]),
          line: 1,
          column: 41,
          endColumn: 48,
        },
      ],
    },
    {
      name: 'a renamed value',
      code: `export const WORKSPACE_STATUSES = ["provisioning", "online", "offline", "failed"] as const`,
      errors: [
        unknown('failed', 'list WORKSPACE_STATUSES', 'It was renamed to "broken" (002_rename.sql:1).', [
          [
            'replaceWithNewName',
            'broken',
            `export const WORKSPACE_STATUSES = ["provisioning", "online", "offline", "broken"] as const`,
          ],
          [
            'removeEntry',
            'failed',
            `export const WORKSPACE_STATUSES = ["provisioning", "online", "offline"] as const`,
          ],
        ]),
      ],
    },
    {
      name: 'no replacement where the nearest value is listed already',
      code: `enum WorkspaceStatus {
  Provisioning = 'provisioning',
  Online = 'online',
  Onlne = 'onlne', // old
  Offline = 'offline',
}`,
      errors: [
        unknown('onlne', 'enum WorkspaceStatus', 'Did you mean "online"?', [
          [
            'removeEntry',
            'onlne',
            `enum WorkspaceStatus {
  Provisioning = 'provisioning',
  Online = 'online',
  Offline = 'offline',
}`,
          ],
        ]),
      ],
    },
    {
      name: 'the last of several lines',
      code: `/** @pgEnum workspace_status */
type State =
  | 'online'
  | 'awaiting_agent'`,
      errors: [
        {
          messageId: 'unknownEntry',
          line: 4,
          column: 5,
          suggestions: [
            {
              messageId: 'removeEntry',
              data: { value: '"awaiting_agent"' },
              output: `/** @pgEnum workspace_status */
type State =
  | 'online'`,
            },
          ],
        },
      ],
    },
    {
      name: 'two wrong entries are two reports, and a definition lacks values',
      code: `import { pgEnum } from 'drizzle-orm/pg-core'
export const workspaceStatus = pgEnum('workspace_status', [
  'provisioning',
  'x',
  'online',
  'y',
])`,
      errors: [
        {
          ...missing('pgEnum workspaceStatus', '"offline", "broken"'),
          line: 2,
          column: 14,
          endColumn: 29,
          suggestions: [
            {
              messageId: 'addMissing',
              data: { values: '"offline", "broken"' },
              output: `import { pgEnum } from 'drizzle-orm/pg-core'
export const workspaceStatus = pgEnum('workspace_status', [
  'provisioning',
  'x',
  'online',
  'offline',
  'broken',
  'y',
])`,
            },
          ],
        },
        {
          messageId: 'unknownEntry',
          line: 4,
          suggestions: [
            {
              messageId: 'removeEntry',
              data: { value: '"x"' },
              output: `import { pgEnum } from 'drizzle-orm/pg-core'
export const workspaceStatus = pgEnum('workspace_status', [
  'provisioning',
  'online',
  'y',
])`,
            },
          ],
        },
        {
          messageId: 'unknownEntry',
          line: 6,
          suggestions: [
            {
              messageId: 'removeEntry',
              data: { value: '"y"' },
              output: `import { pgEnum } from 'drizzle-orm/pg-core'
export const workspaceStatus = pgEnum('workspace_status', [
  'provisioning',
  'x',
  'online',
])`,
            },
          ],
        },
      ],
    },
    ...(
      [
        [
          `type WorkspaceStatus = 'online' | 'offline' | 'broken'`,
          `type WorkspaceStatus = 'provisioning' | 'online' | 'offline' | 'broken'`,
          'Type WorkspaceStatus',
          '"provisioning"',
        ],
        [
          `type WorkspaceStatus =\n  | 'provisioning'\n  | 'online' // up\n  | 'broken'`,
          `type WorkspaceStatus =\n  | 'provisioning'\n  | 'online'\n  | 'offline' // up\n  | 'broken'`,
          'Type WorkspaceStatus',
          '"offline"',
        ],
        [
          `const workspaceStatuses = ['provisioning', 'online', 'offline'] as const`,
          `const workspaceStatuses = ['provisioning', 'online', 'offline', 'broken'] as const`,
          'List workspaceStatuses',
          '"broken"',
        ],
        [
          `const WorkspaceStatus = {\n  PROVISIONING: "provisioning",\n  ONLINE: "online",\n  BROKEN: "broken",\n} as const`,
          `const WorkspaceStatus = {\n  PROVISIONING: "provisioning",\n  ONLINE: "online",\n  OFFLINE: "offline",\n  BROKEN: "broken",\n} as const`,
          'Object WorkspaceStatus',
          '"offline"',
        ],
        [
          `enum WorkspaceStatus {\n  Online = 'online',\n  Offline = 'offline',\n  Broken = 'broken'\n}`,
          `enum WorkspaceStatus {\n  Provisioning = 'provisioning',\n  Online = 'online',\n  Offline = 'offline',\n  Broken = 'broken'\n}`,
          'Enum WorkspaceStatus',
          '"provisioning"',
        ],
        [
          `import { z } from 'zod'\nconst workspaceStatus = z.union([z.literal('provisioning'), z.literal('online'), z.literal('offline')])`,
          `import { z } from 'zod'\nconst workspaceStatus = z.union([z.literal('provisioning'), z.literal('online'), z.literal('offline'), z.literal('broken')])`,
          'Schema workspaceStatus',
          '"broken"',
        ],
        [
          `import { type } from 'arktype'\nconst workspaceStatus = type("'online' | 'offline' | 'broken'")`,
          `import { type } from 'arktype'\nconst workspaceStatus = type("'provisioning' | 'online' | 'offline' | 'broken'")`,
          'Schema workspaceStatus',
          '"provisioning"',
        ],
      ] as const
    ).map(([code, output, mirror, values]) => ({
      name: `missing: ${code}`,
      code,
      output,
      options: [{ missing: true }] as [{ missing: boolean }],
      errors: [missing(mirror, values)],
    })),
    {
      name: 'an entity column, through a TypeScript enum',
      code: `import { Entity, Column } from 'typeorm'
enum State { Online = 'online', Offline = 'offline', Broken = 'broken' }
@Entity('workspaces')
class Workspace {
  @Column({ type: 'enum', enum: State })
  status!: State
}`,
      errors: [
        {
          ...missing('Enum State', '"provisioning"', `workspaces.status, ${where}`),
          suggestions: [
            {
              messageId: 'addMissing',
              data: { values: '"provisioning"' },
              output: `import { Entity, Column } from 'typeorm'
enum State { Provisioning = 'provisioning', Online = 'online', Offline = 'offline', Broken = 'broken' }
@Entity('workspaces')
class Workspace {
  @Column({ type: 'enum', enum: State })
  status!: State
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a list of another file: where it is named, and without an edit',
      code: `import { pgEnum } from 'drizzle-orm/pg-core'
import { STATES } from './states'
export const state = pgEnum('workspace_status', STATES)`,
      filename: join(fixtures, 'mirrors', 'file.ts'),
      errors: [
        { ...missing('List STATES', '"broken"'), line: 3, column: 14, suggestions: [] },
        { messageId: 'unknownEntry', line: 3, column: 49, endColumn: 55, suggestions: [] },
      ],
    },
    {
      name: 'a tag on a type that a list of another file makes',
      code: `import { STATES } from './states'
/** @pgEnum workspace_status */
export type State = (typeof STATES)[number]`,
      filename: join(fixtures, 'mirrors', 'file.ts'),
      errors: [{ messageId: 'unknownEntry', line: 3, column: 29, suggestions: [] }],
    },
    {
      name: 'a use in the same file is the proof',
      code: `enum State { Online = 'online', Offline = 'offline', Gone = 'gone' }
db.query('UPDATE workspaces SET status = $1', [State.Online])`,
      errors: [
        {
          messageId: 'unknownEntry',
          line: 1,
          column: 61,
          suggestions: [
            {
              messageId: 'removeEntry',
              data: { value: '"gone"' },
              output: `enum State { Online = 'online', Offline = 'offline' }
db.query('UPDATE workspaces SET status = $1', [State.Online])`,
            },
          ],
        },
      ],
    },
  ],
})
