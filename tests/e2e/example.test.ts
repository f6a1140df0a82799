import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Project } from './project.js'

const example = fileURLToPath(new URL('../../docs/example/', import.meta.url))

function exampleProject(): Project {
  const project = new Project()
  project.copy(example)
  return project
}

const awaiting = ['src/handlers/register.ts', 'src/jobs/health-sweep.ts', 'src/jobs/liveness.ts'].map(
  (file) => `${file} awaiting_agent`,
)
const hibernating = 'src/handlers/lifecycle.ts hibernating'
const typo = 'src/handlers/list.ts onlne'

async function found(project: Project): Promise<string[]> {
  return (await project.eslint()).map(({ file, value }) => `${file} ${value}`).sort()
}

describe('docs/example', () => {
  test('the gate finds the five wrong values and nothing else', async () => {
    expect(await found(exampleProject())).toEqual([...awaiting, hibernating, typo].sort())
  })

  test('the later migration leaves the typo; without either of its statements the gate is red again', async () => {
    const project = exampleProject()
    project.copy(project.path('later'), 'migrations')
    expect(await found(project)).toEqual([typo])

    const path = 'migrations/044_workspace_status_values.up.sql'
    const migration = project.read(path)
    const without = (value: string) => {
      const lines = migration.split('\n')
      const left = lines.filter((line) => !(line.startsWith('ALTER TYPE') && line.includes(`'${value}'`)))
      expect(left).toHaveLength(lines.length - 1)
      return left.join('\n')
    }
    project.write(path, without('awaiting_agent'))
    expect(await found(project)).toEqual([...awaiting, typo].sort())
    project.write(path, without('hibernating'))
    expect(await found(project)).toEqual([hibernating, typo])
  })

  test('the demo shows each with its line and its suggestions', async () => {
    const { code, stdout, stderr } = await exampleProject().run(process.execPath, ['demo.mjs'])
    expect(stderr).toBe('')
    expect(stdout).toMatchSnapshot()
    expect(code).toBe(0)
  })
})
