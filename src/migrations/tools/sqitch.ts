import type { Folder, Migration, MigrationTool, SourceFile } from '../migration.js'
import { linesOf, sqlMigration, unreadFile } from '../pieces.js'
import { textOf } from '../marks.js'
import { includeFiles } from '../psql.js'

interface Change {
  readonly name: string
  readonly line: number
  /**
   * Tags on the plan from it to where it is reworked, those of the nearest change to the rework first; undefined where it
   * is not reworked.
   */
  reworkTags?: readonly string[]
}

/** The plan, in the folder itself or, where the folder is `deploy`, above it. */
function planOf(folder: Folder): { plan: SourceFile; above: boolean } | undefined {
  const plan = folder.file('sqitch.plan')
  if (plan !== undefined) return { plan, above: false }
  const outer = /(?:^|\/)deploy$/.test(folder.path) ? folder.file('../sqitch.plan') : undefined
  return outer && { plan: outer, above: true }
}

const LINE = /^\s*(?:(@)|([+-])\s*)?([^\s[\]#@:]+)(?=\s|$)/

/** The changes in the order of the plan. A line with `-` in front would revert; Sqitch writes none. */
function changesOf(text: string): Change[] {
  const changes: Change[] = []
  /** With the number of changes on the plan before the tag. */
  const tags: { name: string; after: number }[] = []
  /** By change name: its latest change, and how many tags stood on the plan before it. */
  const latest = new Map<string, { change: Change; tagsBefore: number }>()
  for (const { text: content, number } of linesOf(text)) {
    if (/^\s*(?:%|#|$)/.test(content)) continue
    const [, marker, operator, name] = LINE.exec(content) ?? []
    if (name === undefined || operator === '-') continue
    if (marker !== undefined) {
      tags.push({ name, after: changes.length })
      continue
    }
    const before = latest.get(name)
    if (before !== undefined) {
      const between = tags.slice(before.tagsBefore).sort((a, b) => b.after - a.after)
      before.change.reworkTags = between.map((tag) => tag.name)
    }
    const change: Change = { name, line: number }
    changes.push(change)
    latest.set(name, { change, tagsBefore: tags.length })
  }
  return changes
}

/** The deploy script: for a change that was reworked later, the copy that bears the first tag with such a file. */
function scriptOf(folder: Folder, prefix: string, extension: string, change: Change): SourceFile | string {
  const { name, reworkTags } = change
  const paths = (reworkTags ?? [undefined]).map((tag) => {
    return `${prefix}${name}${tag === undefined ? '' : `@${tag}`}.${extension}`
  })
  for (const path of paths) {
    const file = folder.file(path)
    if (file !== undefined) return file
  }
  return paths[0] ?? `${prefix}${name}.${extension}`
}

/**
 * Sqitch: the changes of `sqitch.plan` in its order; of each the script `deploy/<change>.sql` (`revert` and `verify` do not
 * run). A change that the plan reworks later runs from the copy `deploy/<change>@<tag>.sql` at its first place. psql runs
 * the scripts, which begin and commit their own transactions. Source: Sqitch docs, sqitch-deploy, sqitch-rework,
 * sqitchtutorial "In Place Changes", and the plan format of App::Sqitch::Plan.
 */
export const sqitch: MigrationTool = {
  name: 'sqitch',
  matches: (folder) => planOf(folder) !== undefined,
  read(folder): readonly Migration[] {
    const found = planOf(folder)
    if (found === undefined) return []
    const { plan, above } = found
    let text: string
    try {
      text = plan.text()
    } catch (error) {
      const unread = [unreadFile(plan, (error as Error).message)]
      return [{ name: 'sqitch.plan', file: plan.path, pieces: [], transaction: false, unread }]
    }
    const conf = textOf(folder.file(above ? '../sqitch.conf' : 'sqitch.conf'))
    const extension = /^[ \t]*extension\s*=\s*(\w+)/m.exec(conf)?.[1] ?? 'sql'
    const prefix = above ? '' : 'deploy/'
    return changesOf(text).map((change) => {
      const file = scriptOf(folder, prefix, extension, change)
      if (typeof file !== 'string') {
        return sqlMigration(file, {
          name: file.name.slice(file.name.startsWith(prefix) ? prefix.length : 0),
          transaction: false,
          parts: (sql) => includeFiles(sql, file.name, folder),
        })
      }
      const reason = `the plan lists ${change.name}, but there is no file ${file}`
      const unread = [{ file: plan.path, line: change.line, reason }]
      return { name: change.name, file: plan.path, pieces: [], transaction: false, unread }
    })
  },
}
