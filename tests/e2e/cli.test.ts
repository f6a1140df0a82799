import { expect, test } from 'vitest'
import { Project, small, smallJavaScript } from './project.js'

test('npx pg-enum check lints without a config of the project', async () => {
  const project = new Project(small)
  const { code, stdout } = await project.run('npx', ['--no-install', 'pg-enum', 'check'])
  expect(stdout).toContain('"hapy" is not a value of enum mood')
  expect(stdout).toContain('src/people.ts')
  expect(code).toBe(1)

  project.write('src/people.ts', small['src/people.ts'].replace('hapy', 'happy'))
  expect(await project.run('npx', ['--no-install', 'pg-enum', 'check'])).toMatchObject({ code: 0 })
})

test('npx pg-enum check reads JavaScript where TypeScript is not installed', async () => {
  const project = new Project(smallJavaScript, 'withoutTypeScript')
  const { code, stdout } = await project.run('npx', ['--no-install', 'pg-enum', 'check', 'src'])
  expect(stdout).toContain('"hapy" is not a value of enum mood')
  expect(code).toBe(1)
})

test('npx pg-enum check goes red where there are no migrations', async () => {
  const project = new Project({ 'src/people.ts': small['src/people.ts'] })
  const { code } = await project.run('npx', ['--no-install', 'pg-enum', 'check'])
  expect(code).toBeGreaterThan(0)
})

test('npx pg-enum schema prints what the migrations leave behind', async () => {
  const project = new Project(small)
  const json = await project.run('npx', ['--no-install', 'pg-enum', 'schema', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({
    enums: [{ schema: 'public', name: 'mood', labels: ['happy', 'sad'] }],
    enumColumns: [
      {
        schema: 'public',
        table: 'people',
        column: 'mood',
        enumSchema: 'public',
        enumName: 'mood',
        isArray: false,
      },
    ],
    unread: [],
  })
  const text = await project.run('npx', ['--no-install', 'pg-enum', 'schema'])
  expect(text.code).toBe(0)
  expect(text.stdout).toMatch(/mood/)
})
