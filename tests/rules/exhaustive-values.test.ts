import rule from '../../rules/exhaustive-values.js'
import { ruleTester, testable } from './tester.js'

const type = `type WorkspaceStatus = 'provisioning' | 'online' | 'offline'\n`
const row = `/** @pgEnum workspace_status */\ntype State = string\n`

ruleTester.run('exhaustive-values', testable(rule), {
  valid: [
    {
      name: 'a switch that has them all',
      code: `${row}function f(s: State) { switch (s) { case 'provisioning': case 'online': case 'offline': case 'broken': return 1 } }`,
    },
    {
      name: 'a default case',
      code: `${row}function f(s: State) { switch (s) { case 'online': return 1; default: return 2 } }`,
    },
    {
      name: 'a default case that logs and then throws does more than fail',
      code: `${row}function f(s: State) { switch (s) { case 'online': return 1; default: log(s); clean(); throw x } }`,
    },
    {
      name: 'values that are tested before the switch',
      code: `${row}function f(s: State) { if (s === 'broken' || ['offline'].includes(s)) return 0; switch (s) { case 'provisioning': return 1; case 'online': return 2 } }`,
    },
    {
      name: 'a switch over a text',
      code: `function f(s: string) { switch (s) { case 'online': return 1 } }`,
    },
    {
      name: 'cases that can not be read',
      code: `${row}function f(s: State) { switch (s) { case other(): return 1 } }`,
    },
    { name: 'Partial', code: `${row}const labels: Partial<Record<State, string>> = { online: 'Online' }` },
    {
      name: 'an optional mapped type',
      code: `${row}const labels: { [K in State]?: string } = { online: 'Online' }`,
    },
    { name: 'a spread', code: `${row}const labels: Record<State, string> = { ...base, online: 'Online' }` },
    {
      name: 'a lookup that says what else',
      code: `${row}const labels = { online: 'Online' }; function f(s: State) { return labels[s] ?? s }`,
    },
    {
      name: 'an object that is keyed by something else',
      code: `${row}const o = { a: 1, b: 2 }; function f(s: State) { return o[s] }`,
    },
    {
      name: 'a record over another type',
      code: `type Status = 'online' | 'idle'\nconst o: Record<Status, number> = { online: 1, idle: 2 }`,
    },
  ],
  invalid: [
    {
      name: 'a switch: cases in the style of the others',
      code: `${row}function f(s: State) {
  switch (s) {
    case 'provisioning':
      return 1;
    case 'online':
      return 2;
  }
}`,
      errors: [
        {
          messageId: 'missingCases',
          data: { values: '"offline", "broken"', set: 'enum workspace_status', where: '001_init.sql:1' },
          line: 4,
          column: 11,
          endColumn: 12,
          suggestions: [
            {
              messageId: 'addCases',
              data: { values: '"offline", "broken"' },
              output: `${row}function f(s: State) {
  switch (s) {
    case 'provisioning':
      return 1;
    case 'online':
      return 2;
    case 'offline':
      throw new Error('Not handled yet: offline');
    case 'broken':
      throw new Error('Not handled yet: broken');
  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a default case that only fails, cases before it',
      code: `${row}function f(s: State) {
\tswitch (s) {
\t\tcase "provisioning":
\t\tcase "online":
\t\tcase "broken":
\t\t\treturn 2
\t\tdefault:
\t\t\tassertNever(s)
\t}
}`,
      errors: [
        {
          messageId: 'missingCases',
          suggestions: [
            {
              messageId: 'addCases',
              data: { values: '"offline"' },
              output: `${row}function f(s: State) {
\tswitch (s) {
\t\tcase "provisioning":
\t\tcase "online":
\t\tcase "broken":
\t\t\treturn 2
\t\tcase "offline":
\t\t\tthrow new Error("Not handled yet: offline")
\t\tdefault:
\t\t\tassertNever(s)
\t}
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'any default case with the option',
      code: `${row}function f(s: State) { switch (s) { case 'provisioning': case 'online': case 'offline': default: return 1 } }`,
      options: [{ defaultCase: 'ignored' }],
      errors: [
        {
          messageId: 'missingCases',
          suggestions: [
            {
              messageId: 'addCases',
              data: { values: '"broken"' },
              output: `${row}function f(s: State) { switch (s) { case 'provisioning': case 'online': case 'offline': case 'broken':
  throw new Error('Not handled yet: broken')
default: return 1 } }`,
            },
          ],
        },
      ],
    },
    {
      name: 'a type that has the name and most values of the enum',
      code: `${type}const labels: Record<WorkspaceStatus, string> = {
  provisioning: 'Starting',
  online: 'Online',
  offline: 'Offline',
}`,
      errors: [
        {
          messageId: 'missingKeys',
          line: 2,
          column: 7,
          endColumn: 13,
          suggestions: [
            {
              messageId: 'addKeys',
              data: { values: '"broken"' },
              output: `${type}const labels: Record<WorkspaceStatus, string> = {
  provisioning: 'Starting',
  online: 'Online',
  offline: 'Offline',
  broken: undefined,
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'satisfies, mapped types, properties of classes',
      code: `${type}const a = { provisioning: 1, online: 2, offline: 3 } satisfies Record<WorkspaceStatus, number>
class A { labels: { readonly [K in WorkspaceStatus]: string } = { provisioning: 'a', online: 'b', offline: 'c' } }`,
      errors: [
        { messageId: 'missingKeys', line: 2, column: 7, suggestions: 1 },
        { messageId: 'missingKeys', line: 3, column: 11, suggestions: 1 },
      ] as never,
    },
    {
      name: 'an object that is looked up by a value of a query',
      code: `const colors = { "provisioning": 'yellow', "online": 'green', "offline": 'red' }
const { rows } = await pool.query('SELECT id, status FROM workspaces')
paint(colors[rows[0].status])`,
      errors: [
        {
          messageId: 'missingKeys',
          line: 1,
          column: 7,
          suggestions: [
            {
              messageId: 'addKeys',
              data: { values: '"broken"' },
              output: `const colors = { "provisioning": 'yellow', "online": 'green', "offline": 'red', "broken": undefined }
const { rows } = await pool.query('SELECT id, status FROM workspaces')
paint(colors[rows[0].status])`,
            },
          ],
        },
      ],
    },
    {
      name: 'cases that name members: nothing to add is known',
      code: `enum WorkspaceStatus { Provisioning = 'provisioning', Online = 'online', Offline = 'offline' }
function f(s: WorkspaceStatus) { switch (s) { case WorkspaceStatus.Online: return 1; case WorkspaceStatus.Offline: return 2; case WorkspaceStatus.Provisioning: return 3 } }`,
      errors: [{ messageId: 'missingCases', suggestions: [] }],
    },
  ],
})
