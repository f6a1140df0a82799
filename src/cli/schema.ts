import { join } from 'node:path'
import { catalogToJson } from '../catalog/json.js'
import type { Catalog, Origin } from '../catalog/model.js'
import { findMigrations, migrationIndex } from '../migrations/discover.js'
import type { MigrationLocation } from '../migrations/discover.js'
import type { MigrationSet } from '../migrations/migration.js'
import { SetReader } from '../reader.js'
import { readSettings } from '../settings.js'
import { nearest } from '../suggest/nearest.js'
import { mention, mentionAlternatives, quoteLiteral } from '../suggest/quote.js'
import { UsageError, type Command, type CommandContext, type ExitCode } from './command.js'
import { describeCatalog } from './describe.js'
import { byMigration, storiesOf, type Story } from './story.js'

const { settings } = readSettings(undefined)

/** Where the migrations are: as the options say, else as found from the working directory. */
function locate({ cwd, migrations, tool }: CommandContext): MigrationLocation {
  const named = tool === undefined ? {} : { tool }
  if (migrations.length > 0) return { root: cwd, dirs: migrations, ...named }
  const found = findMigrations(join(cwd, 'any'), undefined, cwd)
  if (found.dir !== undefined) return { root: cwd, dir: found.dir, ...named }
  throw new UsageError(`${found.problems.map(({ message }) => message).join(' ')} Here: --migrations DIR.`)
}

/** How many migrations there are up to the one called `name`. */
function countUntil(set: MigrationSet, name: string): number {
  const index = migrationIndex(set.migrations, name)
  if (index !== undefined) return index + 1
  const names = set.migrations.map((migration) => migration.name)
  const near = nearest(name, names)
  const way =
    near.length > 0 ? `Did you mean ${mentionAlternatives(near)}?` : `The last is ${mention(names.at(-1)!)}.`
  throw new UsageError(`No migration, or more than one, is called ${mention(name)}. ${way}`)
}

/** Splits `FILE:LINE`, and finds the migration that is that file. */
function placeOf(set: MigrationSet, place: string): Origin {
  const [, name, line] = /^(.+):(\d+)$/.exec(place) ?? []
  if (name === undefined || line === undefined) {
    throw new UsageError(`--at takes FILE:LINE, but was given ${mention(place)}.`)
  }
  const path = name.replaceAll('\\', '/').replace(/^\.\//, '')
  const files = set.migrations.map(({ file }) => file)
  const file =
    files.find((one) => one === path || one.endsWith(`/${path}`) || path.endsWith(`/${one}`)) ??
    set.migrations[migrationIndex(set.migrations, path) ?? -1]?.file
  if (file === undefined)
    throw new UsageError(`${mention(name)} is not among the ${files.length} migrations.`)
  return { file, line: Number(line) }
}

/** The lines of the story, what was asked for marked. `then` is the story as it was after that migration. */
function tell(then: Story, now: Story | undefined, at: Origin, set: MigrationSet): string {
  const compare = byMigration(set.migrations.map(({ file }) => file))
  const isAt = (a: Origin, b: Origin): boolean => a.file === b.file && a.line === b.line
  // What the present story does not know any more was undone: a column that was dropped.
  const undone = then.events
    .filter(({ origin }) => now?.events.every((event) => !isAt(event.origin, origin)) ?? false)
    .map(({ origin, text }) => ({ origin, text: `${text}, until a later migration` }))
  const events = [...(now ?? then).events, ...undone].sort((a, b) => compare(a.origin, b.origin))
  const lines = events.map(
    ({ origin, text }) => `${isAt(origin, at) ? '>' : ' '} ${origin.file}:${origin.line}  ${text}\n`,
  )
  const end =
    now === undefined
      ? '  A later migration drops or replaces it.\n'
      : `  Now: ${now.values.map(quoteLiteral).join(', ') || 'no values'}.\n`
  return `${then.subject}\n${lines.join('')}${end}`
}

/** The stories of the value sets that the statement at `at` has a part in. */
function tellAt(set: MigrationSet, catalog: Catalog, reader: SetReader, at: Origin): string {
  const then = storiesOf(reader.catalogAfter(set, countUntil(set, at.file), settings))
  const now = new Map(storiesOf(catalog).map((story) => [story.subject, story]))
  const lines = then
    .flatMap(({ events }) => events.map(({ origin }) => origin))
    .filter(({ file, line }) => file === at.file && line <= at.line)
    .map(({ line }) => line)
  // A line within a statement belongs to where the statement, or the part of it, starts.
  const start = { file: at.file, line: Math.max(...lines) }
  const isMeant = ({ events }: Story): boolean =>
    events.some(({ origin }) => origin.file === start.file && origin.line === start.line)
  const told = then.filter(isMeant).map((story) => tell(story, now.get(story.subject), start, set))
  return told.length === 0 ? `Nothing at ${at.file}:${at.line} bears on a value set.\n` : told.join('\n')
}

export const schema: Command = {
  usage: '[options]',
  description:
    'Shows what the migrations leave behind: enum types, domains and CHECKs with their values, the columns that have them, where each was declared, and what could not be read.',
  options: { json: { type: 'boolean' }, until: { type: 'string' }, at: { type: 'string' } },
  help: {
    json: 'Print JSON.',
    until: 'NAME  Stop after this migration: the name of its file or folder, with or without extension.',
    at: 'FILE:LINE  Tell what this place in the migrations did, and what became of it.',
  },
  takesArguments: false,
  async run(context): Promise<ExitCode> {
    const { values, output } = context
    const reader = new SetReader(locate(context))
    const { catalog: last, problems, set } = reader.read(settings)
    if (last === undefined) throw new UsageError(problems.map(({ message }) => message).join(' '))
    if (typeof values.at === 'string') {
      output.stdout(tellAt(set(), last, reader, placeOf(set(), values.at)))
      return 0
    }
    const catalog =
      typeof values.until === 'string'
        ? reader.catalogAfter(set(), countUntil(set(), values.until), settings)
        : last
    if (values.json === true) output.stdout(`${JSON.stringify(catalogToJson(catalog), null, 2)}\n`)
    else output.stdout(describeCatalog(catalog))
    return 0
  },
}
