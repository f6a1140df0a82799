import { byCodeUnit } from '../files.js'
import { textOf } from '../marks.js'
import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { baseName, sqlMigration, unreadFile, unreadMigration } from '../pieces.js'
import { changelogEntries } from './liquibase-changelog.js'
import { formattedParts, isFormatted } from './liquibase-formatted.js'

const CHANGELOG = /\.(?:sql|xml|ya?ml|json)$/i
const MASTER =
  /^(?:\.\.\/)?(?:[\w.-]*(?:master|root)[\w.-]*|(?:db[.-])?changelog|index)\.(?:xml|ya?ml|json|sql)$/i

function isChangelog(file: SourceFile): boolean {
  const text = textOf(file)
  return file.name.endsWith('.sql') ? isFormatted(text) : /databaseChangeLog/.test(text)
}

/** The changelog that includes the others: named master, root or changelog, in the folder or just above it. */
function masterOf(folder: Folder): SourceFile | undefined {
  const named = folder.files.filter(({ name }) => MASTER.test(name))
  const above = ['xml', 'yaml', 'yml', 'json', 'sql'].flatMap((extension) =>
    ['db.changelog-master', 'changelog-master', 'db.changelog', 'changelog', 'master'].flatMap(
      (name) => folder.file(`../${name}.${extension}`) ?? [],
    ),
  )
  const rank = ({ name }: SourceFile): number => (/master/i.test(name) ? 0 : /root/i.test(name) ? 1 : 2)
  return [...named, ...above]
    .sort((a, b) => rank(a) - rank(b))
    .find((file) => !file.name.endsWith('.sql') && isChangelog(file))
}

/** Looks a path of an include up: beside the changelog, in the folder, or by the end of a path from the class path. */
function resolve(folder: Folder, path: string, from: SourceFile, relative: boolean): SourceFile | undefined {
  const clean = path.replace(/^classpath:\/?/, '').replace(/^\.?\//, '')
  const directory = from.name.includes('/') ? from.name.slice(0, from.name.lastIndexOf('/') + 1) : ''
  if (relative) return folder.file(directory + clean)
  return (
    folder.file(clean) ??
    folder.file(directory + clean) ??
    folder.files.find((file) => `/${folder.path}/${file.name}`.endsWith(`/${clean}`))
  )
}

function filesBeneath(folder: Folder, path: string, from: SourceFile, relative: boolean): SourceFile[] {
  const clean = path
    .replace(/^classpath:\/?/, '')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/*$/, '/')
  const directory = from.name.includes('/') ? from.name.slice(0, from.name.lastIndexOf('/') + 1) : ''
  const prefix = relative ? directory + clean.replace(/^\/$/, '') : undefined
  return folder.files
    .filter(({ name }) => {
      if (!CHANGELOG.test(name) || name === from.name) return false
      return prefix === undefined ? `/${folder.path}/${name}`.includes(`/${clean}`) : name.startsWith(prefix)
    })
    .sort((a, b) => byCodeUnit(a.name, b.name))
}

class Reader {
  readonly migrations: Migration[] = []
  readonly #properties = new Map<string, string>()

  constructor(readonly folder: Folder) {}

  read(file: SourceFile, within: readonly string[] = []): void {
    if (within.includes(file.path) || within.length > 50) {
      this.migrations.push(unreadMigration(file, 'the changelogs include each other in a circle'))
    } else if (/\.sql$/i.test(file.name)) {
      this.migrations.push(sqlMigration(file, { parts: (text) => formattedParts(text, this.#properties) }))
    } else {
      this.#changelog(file, [...within, file.path])
    }
  }

  #changelog(file: SourceFile, within: readonly string[]): void {
    let text: string
    try {
      text = file.text()
    } catch (error) {
      this.migrations.push(unreadMigration(file, (error as Error).message))
      return
    }
    for (const entry of changelogEntries(file.name, text)) {
      if (entry.kind === 'property') {
        if (!this.#properties.has(entry.name)) this.#properties.set(entry.name, entry.value)
      } else if (entry.kind === 'include') {
        const found = resolve(this.folder, entry.file, file, entry.relative)
        if (found !== undefined) this.read(found, within)
        else this.#unread(file, entry.line, `the included changelog ${entry.file} is not there`)
      } else if (entry.kind === 'includeAll') {
        for (const found of filesBeneath(this.folder, entry.path, file, entry.relative))
          this.read(found, within)
      } else if (entry.kind === 'sqlFile') {
        const found = resolve(this.folder, entry.file, file, entry.relative)
        if (found !== undefined) this.migrations.push(sqlMigration(found))
        else this.#unread(file, entry.line, `the SQL file ${entry.file} is not there`)
      } else if (entry.kind === 'sql') {
        const pieces = [{ text: entry.text, line: entry.line }]
        this.migrations.push({
          name: baseName(file.name),
          file: file.path,
          pieces,
          transaction: true,
          unread: [],
        })
      } else this.#unread(file, entry.line, entry.reason, entry.text)
    }
  }

  #unread(file: SourceFile, line: number, reason: string, text?: string): void {
    const unread = [{ file: file.path, line, reason, ...(text === undefined ? {} : { text }) }]
    this.migrations.push({
      name: baseName(file.name),
      file: file.path,
      pieces: [],
      transaction: true,
      unread,
    })
  }
}

/**
 * Liquibase: from a master changelog (XML, YAML or JSON) the included changelogs in its order (`include`, and
 * `includeAll` in the order of the paths); without one, all formatted SQL files of the folder in the order of their
 * paths. Of a formatted SQL file the changesets that Postgres gets, without contexts or labels; rollbacks are comments
 * and do not run. Of changesets in XML, YAML and JSON what is SQL is read. Source: Liquibase docs, "Example Changelogs:
 * SQL Format", "Changeset attributes", "include", "includeAll", "dbms", "Changelog property substitution".
 */
export const liquibase: MigrationTool = {
  name: 'liquibase',
  matches: (folder) =>
    folder.files
      .filter(({ name }) => CHANGELOG.test(name))
      .slice(0, 30)
      .some(isChangelog),
  read(folder): readonly Migration[] {
    const reader = new Reader(folder)
    const master = masterOf(folder)
    if (master !== undefined) reader.read(master)
    else {
      const files = folder.files.filter((file) => CHANGELOG.test(file.name) && isChangelog(file))
      for (const file of files.sort((a, b) => byCodeUnit(a.name, b.name))) reader.read(file)
    }
    return reader.migrations.length > 0 || master === undefined
      ? reader.migrations
      : [
          {
            name: baseName(master.name),
            file: master.path,
            pieces: [],
            transaction: true,
            unread: [unreadFile(master, 'it lists no changelog')],
          },
        ]
  },
}
