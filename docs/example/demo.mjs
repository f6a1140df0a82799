// Lints this folder as `npx eslint` would and prints each report with its line, and what each suggestion would make of
// it. Ends with 0 when there was something to show: finding is the point here, `npx eslint` itself would end with 1.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'

const cwd = fileURLToPath(new URL('.', import.meta.url))
const results = await new ESLint({ cwd }).lintFiles(['.'])
let count = 0

for (const { filePath, messages, source = '' } of results) {
  for (const message of messages) {
    count++
    const { line, column, endLine = line, endColumn = column + 1, suggestions = [], fix } = message
    const text = source.split('\n')[line - 1] ?? ''
    const indent = text.length - text.trimStart().length
    const width = Math.max(1, (endLine === line ? endColumn : text.length + 1) - column)

    console.log(`${relative(cwd, filePath)}:${line}:${column}  ${message.ruleId ?? 'error'}`)
    console.log(`  ${message.message}`)
    console.log(`    ${text.trim()}`)
    console.log(`    ${' '.repeat(column - 1 - indent)}${'^'.repeat(width)}`)
    if (fix) show('--fix makes it', source, fix)
    for (const suggestion of suggestions) show(suggestion.desc, source, suggestion.fix)
    console.log()
  }
}
console.log(`${count} values that Postgres would reject, in ${results.length} files.`)
if (count === 0) process.exitCode = 1

/** Prints the line that `fix` leaves behind. */
function show(title, source, fix) {
  const [start, end] = fix.range
  const fixed = source.slice(0, start) + fix.text + source.slice(end)
  const from = fixed.lastIndexOf('\n', start - 1) + 1
  const to = fixed.indexOf('\n', start + fix.text.length)
  console.log(`  suggestion: ${title}`)
  console.log(`    ${fixed.slice(from, to === -1 ? undefined : to).trim()}`)
}
