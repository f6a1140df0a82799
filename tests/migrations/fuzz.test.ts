import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'
import { otherEngine } from '../../src/migrations/engines.js'
import type { Folder } from '../../src/migrations/migration.js'
import { tools } from '../../src/migrations/tools/index.js'

const CASES = join(import.meta.dirname, '../fixtures/migrations')

/** How many broken folders to read; more with the environment variable `SOAK`. */
const COUNT = Number(process.env.SOAK ?? 2_000)

function filesIn(folder: string, base = folder): [string, string][] {
  return readdirSync(folder).flatMap((name): [string, string][] => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return filesIn(path, base)
    return [[relative(base, path).split(sep).join('/'), readFileSync(path, 'utf8')]]
  })
}

const folders = readdirSync(CASES).flatMap((tool) =>
  readdirSync(join(CASES, tool)).map((name) => filesIn(join(CASES, tool, name, 'input'))),
)

/** Marks of the tools and whatever opens without closing. */
const JUNK =
  '\0|\ufffd|-- +goose Up\n|-- +goose Down\n|--|/*|*/|\'|$$|${|}|{{|}}|<|>|<!--|<![CDATA[|&#x110000;|"|\n|\r\n|:|  - |@|%|' +
  '\\i x.sql\n|-- migrate:up\n|--changeset a:b\n|--! include a.sql\n|99999999999999999999|-- atlas:txtar\n|' +
  '-- migration.sql --\n|--> statement-breakpoint|[|]|{|null|{{ template "x" . }}'
const junk = JUNK.split('|')

/** Numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state % below
  }
}

function mutated(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1)
  const before = text.slice(0, at)
  const mark = junk[random(junk.length)]!
  switch (random(5)) {
    case 0:
      return before + mark + text.slice(at)
    case 1:
      return before + text.slice(at + random(20))
    case 2:
      return before + text.slice(random(text.length + 1))
    case 3:
      return before + mark.repeat(random(200)) + text.slice(at)
    default:
      return before + String.fromCharCode(random(300)) + text.slice(at + 1)
  }
}

function folderOf(files: ReadonlyMap<string, string>): Folder {
  const list = [...files].sort().map(([name, text]) => ({ path: `m/${name}`, name, text: () => text }))
  return {
    path: 'm',
    files: list,
    file: (path) => list.find(({ name }) => name === path.replace(/^(?:\.\.\/)+/, '')),
  }
}

/** Every tool reads the folder: no exception, and what it says to be a slice of a file is one. */
function readByAll(files: ReadonlyMap<string, string>): void {
  const folder = folderOf(files)
  for (const tool of tools) {
    otherEngine(folder, tool)
    tool.matches(folder)
    for (const migration of tool.read(folder)) {
      for (const { text, line, offset, file } of migration.pieces) {
        if (offset === undefined) continue
        const source = files.get((file ?? migration.file).slice(2)) ?? ''
        if (
          source.slice(offset, offset + text.length) !== text ||
          source.slice(0, offset).split('\n').length !== line
        ) {
          expect.fail(`${tool.name}: ${migration.file} has no such piece at ${offset}, line ${line}: ${text}`)
        }
      }
    }
  }
}

test(`${COUNT} broken folders`, () => {
  const random = generator(7)
  for (let i = 0; i < COUNT; i++) {
    const files = folders[random(folders.length)]!.map(([name, text]): [string, string] => {
      // The folder of the migrations itself, or the project around it.
      const inner =
        name
          .split('/')
          .slice(i % 3)
          .join('/') || name
      const content = Array.from({ length: random(3) }).reduce<string>((now) => mutated(now, random), text)
      return [random(8) === 0 ? mutated(inner, random) : inner, content]
    })
    readByAll(new Map(files))
  }
})

test.each([
  ...junk,
  ' ',
  '\n\n',
  '<a ',
  '<changeSet>',
  '<!-- <',
  '$a$',
  "''",
  '- changeSet:\n',
  '/* --',
  'a',
])(
  'a hundred thousand characters of %j take no time',
  (mark) => {
    const text = mark.repeat(Math.ceil(100_000 / mark.length))
    const files = new Map([
      ['001_a.sql', text],
      [
        '002_b.up.sql',
        `-- Up Migration\n-- +goose Up\n-- migrate:up\n--liquibase formatted sql\n--changeset a:b\n${text}`,
      ],
      ['V3__c.sql', `--liquibase formatted sql\n${text}`],
      ['changelog.xml', `<databaseChangeLog><changeSet>${text}`],
      ['b.yaml', `databaseChangeLog:\n${text}`],
      ['deploy/a.sql', text],
      ['sqitch.plan', text],
      ['.gmrc', text],
      ['flyway.conf', text],
      ['004_code.ts', text],
      ['committed/1.sql', text],
    ])
    // Of the processor, not of the clock: other work on the machine does not count.
    const start = process.cpuUsage()
    readByAll(files)
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1_000).toBeLessThan(3_000)
  },
  30_000,
)
