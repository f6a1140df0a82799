import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { declaredIn } from './binding.js'
import type { Binding } from './binding.js'
import { parsedFile } from './parsed.js'
import { resolveImport } from '../../imports/resolve.js'
import type { Node, SourceFile } from './site.js'
import { isBarrel, placeOf } from './texts.js'
import type { Wanted } from './texts.js'

/**
 * The project's own file that `source` names as seen from `from`, parsed with the parser of the linted file.
 * Undefined for packages, for what is not there or can't be parsed. Never throws.
 */
export function importedFile(source: string, from: SourceFile): SourceFile | undefined {
  const { sourceCode } = from.context
  let files = resolved.get(sourceCode)
  if (files === undefined) resolved.set(sourceCode, (files = new Map()))
  const key = `${from.filename}\0${source}`
  if (!files.has(key)) {
    const path = resolveImport(source, from.filename)
    files.set(key, path === undefined ? undefined : fileAt(path, from))
  }
  return files.get(key)
}

/** Imports that were followed for one linted text: each is looked up once, however many names come from it. */
const resolved = new WeakMap<object, Map<string, SourceFile | undefined>>()

/** The file at an absolute path, parsed with the parser of the linted file; undefined for the linted file itself. Never throws. */
export function fileAt(path: string, from: SourceFile): SourceFile | undefined {
  const { context } = from
  if (path === context.filename) return undefined
  const parsed = parsedFile(path, context.languageOptions?.parser)
  return parsed && { filename: path, ...parsed, linted: false, context }
}

const sources = new WeakMap<TSESTree.Program, readonly string[]>()

/** What a file imports from, as it is written: by `import` and by `require`. */
export function importedSources(ast: TSESTree.Program, text: string): readonly string[] {
  const known = sources.get(ast)
  if (known !== undefined) return known
  const found: string[] = []
  for (const one of ast.body) if (one.type === 'ImportDeclaration') found.push(one.source.value)
  if (text.includes('require')) {
    for (const match of text.matchAll(/\brequire\(\s*['"]([^'"]+)['"]/g)) found.push(match[1]!)
  }
  sources.set(ast, found)
  return found
}

/** Whether one of the project's own files that the linted file imports, by its absolute path, passes a test. Never throws. */
export function someImport(
  { ast, filename, sourceCode }: CodeContext,
  test: (path: string) => boolean,
): boolean {
  return importedSources(ast, sourceCode.text).some((source) => {
    const path = resolveImport(source, filename)
    return path !== undefined && test(path)
  })
}

/** What a module exports under a name: an expression, a declaration, or the whole module (`node` is its Program). */
export interface Exported {
  readonly file: SourceFile
  readonly node: Node
  /** The binding, where the export is of a name. */
  readonly binding?: Binding
}

/**
 * What `source`, as `from` imports it, exports as `name`. Modules that only pass it on are not parsed.
 *
 * @param wanted Undefined where every name is worth following; else only one is whose file leads to the wanted text.
 */
export function importedAs(
  source: string,
  name: string,
  from: SourceFile,
  wanted?: Wanted,
): Exported | undefined {
  const place = name === '*' ? undefined : placeOf(name, source, from.filename)
  if (place === undefined) {
    const path = wanted && name !== '*' ? resolveImport(source, from.filename) : undefined
    if (path !== undefined && isBarrel(path)) return undefined
    const file = importedFile(source, from)
    return file && exportOf(file, name)
  }
  // A name that is not found behind a barrel would cost all that is.
  const isLost = !place.declared && isBarrel(place.path)
  if (wanted && (isLost || !wanted.leads(place.path))) return undefined
  const file = fileAt(place.path, from)
  return file && exportOf(file, place.name)
}

/** The export `name` (`default`, or `*` for the namespace) of a file; re-exports are followed. */
export function exportOf(file: SourceFile, name: string, depth = 0): Exported | undefined {
  if (name === '*') return { file, node: file.ast }
  if (depth > 8) return undefined
  const stars: string[] = []
  for (const statement of file.ast.body) {
    switch (statement.type) {
      case 'ExportNamedDeclaration': {
        if (statement.declaration !== null) {
          const binding = declaredIn([statement.declaration], name)
          if (binding !== undefined) return { file, node: statement.declaration, binding }
        }
        for (const specifier of statement.specifiers) {
          if (nameOf(specifier.exported) !== name) continue
          if (statement.source !== null) {
            const next = importedFile(statement.source.value, file)
            return next && exportOf(next, nameOf(specifier.local), depth + 1)
          }
          const binding = declaredIn(file.ast.body, nameOf(specifier.local))
          return binding && { file, node: specifier, binding }
        }
        break
      }
      case 'ExportDefaultDeclaration':
        if (name === 'default') return { file, node: statement.declaration }
        break
      case 'ExportAllDeclaration':
        if (statement.exported === null) stars.push(statement.source.value)
        else if (nameOf(statement.exported) === name) {
          const next = importedFile(statement.source.value, file)
          return next && { file: next, node: next.ast }
        }
        break
      case 'ExpressionStatement': {
        const value = commonJsExport(statement.expression, name)
        if (value !== undefined) return { file, node: value }
        break
      }
    }
  }
  for (const source of stars) {
    const next = importedFile(source, file)
    const found = next && exportOf(next, name, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : ''
}

/** The value of `exports.name = value` or of `module.exports = { name: value }`. */
function commonJsExport(node: Node, name: string): Node | undefined {
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return undefined
  const { object, property } = node.left
  if (property.type !== 'Identifier') return undefined
  const ofModule = object.type === 'Identifier' && object.name === 'module' && property.name === 'exports'
  if (ofModule) {
    if (name === 'default') return node.right
    if (node.right.type !== 'ObjectExpression') return undefined
    for (const member of node.right.properties) {
      if (member.type === 'Property' && !member.computed && nameOf(member.key) === name) return member.value
    }
    return undefined
  }
  const ofExports =
    (object.type === 'Identifier' && object.name === 'exports') ||
    (object.type === 'MemberExpression' &&
      object.object.type === 'Identifier' &&
      object.object.name === 'module' &&
      nameOf(object.property) === 'exports')
  return ofExports && property.name === name ? node.right : undefined
}
