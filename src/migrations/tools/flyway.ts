import { byCodeUnit } from '../files.js'
import { nearest, textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { languageOf, otherMigration } from '../other-kinds.js'
import { baseName, sqlMigration, unreadMigration } from '../pieces.js'
import { replacePlaceholders } from '../placeholders.js'

interface Named {
  readonly file: SourceFile
  readonly prefix: string
  /** Numbers of the version, trailing zeros left out; none for a repeatable one. */
  readonly version: readonly bigint[]
  readonly description: string
}

const NAME = /^([VRUB])(.*?)__(.*)\.(sql|java|kt|py|sh|ps1)$/i

function parse(file: SourceFile): Named | undefined {
  const [, prefix = '', version = '', description = ''] = NAME.exec(baseName(file.name)) ?? []
  if (!/^[VRUB]$/.test(prefix)) return undefined
  if ((prefix === 'R') !== (version === '')) return undefined
  if (version !== '' && !/^\d+(?:[._]\d+)*$/.test(version)) return undefined
  const numbers = version === '' ? [] : version.split(/[._]/).map(BigInt)
  while (numbers.length > 1 && numbers.at(-1) === 0n) numbers.pop()
  return { file, prefix, version: numbers, description: description.replaceAll('_', ' ') }
}

/** Number by number; a missing one is 0. */
export function compareVersions(a: readonly bigint[], b: readonly bigint[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0n, b[i] ?? 0n]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

/** `flyway.placeholders.x` and the default schema, from the configuration files that stand near. */
function placeholderValues(folder: Folder): (name: string) => string | undefined {
  const values = new Map<string, string>()
  const files = ['flyway.conf', 'conf/flyway.conf', 'flyway.toml', 'application.properties']
  for (const text of files.map((name) => textOf(nearest(folder, name)))) {
    for (const [, name, value] of text.matchAll(
      /^(?:spring\.)?flyway\.placeholders\.([\w-]+)\s*[=:]\s*(.*?)\s*$/gm,
    )) {
      values.set(name!.toLowerCase(), value!)
    }
    const table = /^[ \t]*\[flyway\.placeholders\]([^[]*)/m.exec(text)?.[1] ?? ''
    for (const [, name, , value] of table.matchAll(/^[ \t]*([\w-]+)[ \t]*=[ \t]*(["'])(.*)\2[ \t\r]*$/gm)) {
      values.set(name!.toLowerCase(), value!)
    }
    const schema =
      /^(?:spring\.)?flyway\.(?:defaultSchema|default-schema)\s*=\s*(\S+)/m.exec(text) ??
      /^(?:spring\.)?flyway\.schemas\s*=\s*([^\s,]+)/m.exec(text) ??
      /^[ \t]*(?:defaultSchema\s*=|schemas\s*=\s*\[)\s*["'](\w+)["']/m.exec(text)
    if (schema !== null) values.set('flyway:defaultschema', schema[1]!)
  }
  return (name) => values.get(name.toLowerCase())
}

function migrationIn(folder: Folder): (named: Pick<Named, 'file'>) => Migration {
  const valueOf = placeholderValues(folder)
  return ({ file }) => {
    if (!/\.sql$/i.test(file.name)) return otherMigration(file)
    const own = textOf(folder.file(`${file.name}.conf`))
    const replaces = !/^[ \t]*placeholderReplacement\s*=\s*false/m.test(own)
    return sqlMigration(file, {
      transaction: !/^[ \t]*executeInTransaction\s*=\s*false/m.test(own),
      ...(replaces
        ? { parts: (text: string) => replacePlaceholders(text, /\$\{([^}\n]{0,200})\}/g, valueOf) }
        : {}),
    })
  }
}

/** Scripts that run on an event: `afterMigrate.sql`, `afterMigrate__views.sql`. */
function callbacks(folder: Folder, event: string): { file: SourceFile }[] {
  return folder.files
    .filter(({ name }) => new RegExp(`^${event}(?:__.*)?\\.sql$`).test(baseName(name)))
    .sort((a, b) => byCodeUnit(baseName(a.name), baseName(b.name)))
    .map((file) => ({ file }))
}

/**
 * Flyway: files of the folder and those beneath it, `V<version>__x.sql` in the order of the versions (compared number by
 * number, `_` being `.`), then `R__x.sql` in the order of their descriptions; `U` is the way back and does not run. On an
 * empty database the highest baseline `B<version>__x.sql` stands for the versions up to its own. `beforeMigrate` and
 * `afterMigrate` callbacks run around all. A statement with a placeholder whose value stands in no configuration file is
 * unread. Source: Flyway docs, "Migrations", "Versioned / Repeatable / Undo / Baseline Migrations", "Callback Events",
 * "Placeholders" and "Script Configuration Files"; its MigrationVersion for the order.
 */
export const flyway: MigrationTool = {
  name: 'flyway',
  matches: (folder) =>
    folder.files.some((file) => file.name.endsWith('.sql') && 'VB'.includes(parse(file)?.prefix ?? '-')),
  read(folder): readonly Migration[] {
    const all = folder.files.flatMap((file) => parse(file) ?? [])
    const make = migrationIn(folder)
    const baseline = all
      .filter(({ prefix }) => prefix === 'B')
      .sort((a, b) => compareVersions(a.version, b.version))
      .at(-1)
    const versioned = all
      .filter(({ prefix, version }) => {
        return prefix === 'V' && (baseline === undefined || compareVersions(version, baseline.version) > 0)
      })
      .sort((a, b) => compareVersions(a.version, b.version) || byCodeUnit(a.file.name, b.file.name))
    const repeatable = all
      .filter(({ prefix }) => prefix === 'R')
      .sort((a, b) => byCodeUnit(a.description, b.description))
    return [
      ...callbacks(folder, 'beforeMigrate').map(make),
      ...(baseline === undefined ? [] : [make(baseline)]),
      ...versioned.map((named, index) => {
        const before = versioned[index - 1]
        return before !== undefined && compareVersions(before.version, named.version) === 0
          ? unreadMigration(
              named.file,
              `its version is that of ${baseName(before.file.name)} too, which flyway rejects`,
            )
          : make(named)
      }),
      ...repeatable.map(make),
      ...callbacks(folder, 'afterMigrate').map(make),
    ].filter(({ file }) => file.endsWith('.sql') || languageOf(file) !== undefined)
  },
}
