import { RuleTester as ESLintRuleTester } from 'eslint'
import { describe, it } from 'vitest'
import rule from '../../rules/no-unknown-value.js'
import { migrations, ruleTester, testable } from './tester.js'

const set = 'enum workspace_status'
const where = 'workspaces.status, 001_init.sql:1'

/** What `suggest` says where a value is near, and what the code becomes. */
function nearest(value: string, output: string) {
  return { messageId: 'replaceWithNearest', data: { value: `"${value}"` }, output }
}

ruleTester.run('no-unknown-value', testable(rule), {
  valid: [
    "db.query(`UPDATE workspaces SET status = 'online' WHERE id = $1`, [id])",
    "db.query('SELECT 1 FROM workspaces WHERE status = $1', ['offline'])",
    "db.query('UPDATE workspaces SET status = NULL, name = \\'onlne\\'')",
    "db.query('UPDATE other SET status = $1', ['onlne'])",
    "const status = 'onlne'; log('the status is', status)",
    "const text = 'Select a status from the list: onlne'",
    {
      name: 'comparisons that never match, turned off',
      code: "db.query(`SELECT 1 FROM workspaces WHERE plan = 'premium'`)",
      options: [{ neverMatches: false }],
    },
    {
      name: 'a file without SQL in a project without migrations',
      code: "const status = 'onlne'",
      settings: migrations('nowhere'),
    },
  ],
  invalid: [
    {
      name: 'a literal in SQL, its exact place',
      code: "db.query(`UPDATE workspaces SET status = 'onlne' WHERE id = $1`, [id])",
      errors: [
        {
          messageId: 'unknownValue',
          data: { value: '"onlne"', set, where, wayOut: 'Did you mean "online"?' },
          line: 1,
          column: 42,
          endLine: 1,
          endColumn: 49,
          suggestions: [
            nearest('online', "db.query(`UPDATE workspaces SET status = 'online' WHERE id = $1`, [id])"),
          ],
        },
      ],
    },
    {
      name: 'a value beside SQL',
      code: "db.query('UPDATE workspaces SET status = $1', ['onlne'])",
      errors: [
        {
          messageId: 'unknownValue',
          column: 48,
          endColumn: 55,
          suggestions: [nearest('online', "db.query('UPDATE workspaces SET status = $1', ['online'])")],
        },
      ],
    },
    {
      name: 'several in one statement, each on its own',
      code: "db.query(`UPDATE workspaces SET status = 'onlne' WHERE status IN ('brokn', 'online')`)",
      errors: [
        {
          messageId: 'unknownValue',
          column: 42,
          suggestions: [
            nearest(
              'online',
              "db.query(`UPDATE workspaces SET status = 'online' WHERE status IN ('brokn', 'online')`)",
            ),
          ],
        },
        {
          messageId: 'unknownValue',
          column: 67,
          suggestions: [
            nearest(
              'broken',
              "db.query(`UPDATE workspaces SET status = 'onlne' WHERE status IN ('broken', 'online')`)",
            ),
          ],
        },
      ],
    },
    {
      name: 'through a name: reported at its use, replaced where it is written, never by a fix',
      code: "const STATUS = 'ONLINE'\ndb.query('UPDATE workspaces SET status = $1', [STATUS])",
      errors: [
        {
          messageId: 'unknownValue',
          data: {
            value: '"ONLINE" (declared as STATUS, line 1)',
            set,
            where,
            wayOut: 'Did you mean "online"?',
          },
          line: 2,
          column: 48,
          endColumn: 54,
          suggestions: [
            {
              messageId: 'replaceWithSpelling',
              data: { value: '"online"' },
              output: "const STATUS = 'online'\ndb.query('UPDATE workspaces SET status = $1', [STATUS])",
            },
          ],
        },
      ],
    },
    {
      name: 'nothing near: the statement that adds it, no suggestion',
      code: "db.query(`INSERT INTO workspaces (status) VALUES ('awaiting_agent')`)",
      errors: [
        {
          messageId: 'unknownValue',
          data: {
            value: '"awaiting_agent"',
            set,
            where,
            wayOut:
              'Its values are "provisioning", "online", "offline", "broken". `ALTER TYPE workspace_status ADD VALUE \'awaiting_agent\';` adds it.',
          },
        },
      ],
    },
    {
      name: 'renamed by a migration: a fix',
      code: "db.query(`UPDATE workspaces SET status = 'failed'`)",
      output: "db.query(`UPDATE workspaces SET status = 'broken'`)",
      errors: [
        {
          messageId: 'unknownValue',
          data: {
            value: '"failed"',
            set,
            where,
            wayOut: 'It was renamed to "broken" (002_rename.sql:1).',
          },
          suggestions: [
            {
              messageId: 'replaceWithNewName',
              data: { value: '"broken"', where: '002_rename.sql:1' },
              output: "db.query(`UPDATE workspaces SET status = 'broken'`)",
            },
          ],
        },
      ],
    },
    {
      name: 'another spelling: a fix',
      code: "db.query('SELECT $1::workspace_status', ['Off-Line'])",
      output: "db.query('SELECT $1::workspace_status', ['offline'])",
      errors: [
        {
          messageId: 'unknownValue',
          data: { value: '"Off-Line"', set, where: '001_init.sql:1', wayOut: 'Did you mean "offline"?' },
          suggestions: [
            {
              messageId: 'replaceWithSpelling',
              data: { value: '"offline"' },
              output: "db.query('SELECT $1::workspace_status', ['offline'])",
            },
          ],
        },
      ],
    },
    {
      name: 'two of another spelling: no fix',
      code: "db.query(`INSERT INTO paints VALUES ('DARK GREEN')`)",
      errors: [
        {
          messageId: 'unknownValue',
          data: {
            value: '"DARK GREEN"',
            set: 'enum "Color"',
            where: 'paints.color, 001_init.sql:11',
            wayOut: 'Did you mean "dark-green" or "dark_green"?',
          },
          suggestions: [
            nearest('dark-green', "db.query(`INSERT INTO paints VALUES ('dark-green')`)"),
            nearest('dark_green', "db.query(`INSERT INTO paints VALUES ('dark_green')`)"),
          ],
        },
      ],
    },
    {
      name: 'fixes turned off',
      code: "db.query(`UPDATE workspaces SET status = 'failed'`)",
      options: [{ autofix: false }],
      errors: [
        {
          messageId: 'unknownValue',
          suggestions: [
            {
              messageId: 'replaceWithNewName',
              data: { value: '"broken"', where: '002_rename.sql:1' },
              output: "db.query(`UPDATE workspaces SET status = 'broken'`)",
            },
          ],
        },
      ],
    },
    {
      name: 'a CHECK',
      code: "db.query(`UPDATE workspaces SET plan = 'teem'`)",
      errors: [
        {
          messageId: 'violatesCheck',
          data: {
            value: '"teem"',
            set: 'check constraint workspaces_plan_check',
            where: 'workspaces.plan, 001_init.sql:3',
            wayOut: 'Did you mean "team"?',
          },
          suggestions: [nearest('team', "db.query(`UPDATE workspaces SET plan = 'team'`)")],
        },
      ],
    },
    {
      name: 'what can never match',
      code: "db.query(`SELECT 1 FROM workspaces WHERE plan = 'premium' OR status::text = 'onlne'`)",
      errors: [
        { messageId: 'neverMatchesCheck', column: 49, endColumn: 58 },
        {
          messageId: 'neverMatches',
          suggestions: [
            nearest(
              'online',
              "db.query(`SELECT 1 FROM workspaces WHERE plan = 'premium' OR status::text = 'online'`)",
            ),
          ],
        },
      ],
    },
    {
      name: 'a replacement is escaped for the place it stands in',
      code: 'db.query("SELECT \'{online,onlne}\'::workspace_status[]")',
      errors: [
        {
          messageId: 'unknownValue',
          column: 27,
          endColumn: 32,
          suggestions: [nearest('online', 'db.query("SELECT \'{online,online}\'::workspace_status[]")')],
        },
      ],
    },
  ],
})

describe('with the parser of ESLint', () => {
  ESLintRuleTester.describe = describe
  ESLintRuleTester.it = it
  new ESLintRuleTester({ settings: migrations() }).run('no-unknown-value', rule, {
    valid: ["db.query(`UPDATE workspaces SET status = 'online'`)"],
    invalid: [
      {
        code: "db.query(`UPDATE workspaces SET status = 'onlne'`)",
        errors: [
          {
            messageId: 'unknownValue',
            suggestions: [
              {
                messageId: 'replaceWithNearest',
                output: "db.query(`UPDATE workspaces SET status = 'online'`)",
              },
            ],
          },
        ],
      },
    ],
  })
})
