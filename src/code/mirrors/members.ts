import { isAbsolute, relative, resolve } from 'node:path'
import { dirname } from 'node:path/posix'
import type { TSESTree } from '@typescript-eslint/utils'
import type { ValueSet } from '../../catalog/model.js'
import type { CodeContext } from '../context.js'
import { exportOf, importedFile } from '../reach/modules.js'
import { lintedFile } from '../reach/site.js'
import type { Node, SourceFile } from '../reach/site.js'
import type { CodeUse, Range } from '../use.js'
import { taggedName } from './comments.js'
import type { Declaration } from './declaration.js'
import type { TextEdit } from './edits.js'
import { generatedName } from './generated.js'
import { findMirrors } from './index.js'
import { findDatabaseName, findNamed } from './lookup.js'
import type { Found } from './lookup.js'
import { keyOf, stringOf } from './nodes.js'
import { findByName } from './sameName.js'
import { mayHaveMirrors } from './prefilter.js'
import { readEnum, readObject } from './typescript.js'
import { topVariable } from './scope.js'

/** A mirror whose members have names: a TypeScript enum or an object, in the file or in one that it imports from. */
export interface NamedMirror {
  readonly name: string
  readonly valueSet: ValueSet
  /** The declaration, where it stands in the linted file: strings inside are left alone. */
  readonly range?: Range
  /** What imports it, where the file does not do so yet. */
  readonly importing?: TextEdit
  /** The expression for a value; undefined where no member has it. */
  memberFor(value: string): string | undefined
}

/**
 * The mirrors that the linted file can name, those of the file first. `modules` says where mirrors of the settings are exported:
 * TypeScript name → module, a path in the project (from `root`) or as an import names it.
 */
export function namedMirrors(
  context: CodeContext,
  uses: readonly CodeUse[],
  modules: Readonly<Record<string, string>>,
  root: string,
): NamedMirror[] {
  const found: NamedMirror[] = []
  const { catalog } = context.project
  const declares = catalog !== undefined && mayHaveMirrors(context, catalog)
  for (const mirror of declares ? findMirrors(context, () => uses) : []) {
    const { kind, name, valueSet, node } = mirror
    if ((kind === 'enum' || kind === 'object') && name !== undefined && isVisible(context, node, name)) {
      found.push({ name, valueSet, range: node.range, memberFor: memberFinder(name, node) })
    }
  }
  for (const statement of context.ast.body) {
    if (statement.type === 'ImportDeclaration') found.push(...importedMirrors(context, statement))
  }
  for (const [name, module] of Object.entries(modules)) {
    if (!topVariable(context, name)) found.push(...moduleMirrors(context, name, module, root))
  }
  return found
}

/** Only what the module declares at its top can be named everywhere in it. */
function isVisible(context: CodeContext, node: Node, name: string): boolean {
  const variable = topVariable(context, name)
  return (
    variable?.defs.some(
      ({ node: declaring }) => declaring.range[0] <= node.range[0] && node.range[1] <= declaring.range[1],
    ) === true
  )
}

function importedMirrors(context: CodeContext, statement: TSESTree.ImportDeclaration): NamedMirror[] {
  const file = importedFile(statement.source.value, lintedFile(context))
  if (!file) return []
  const found: NamedMirror[] = []
  const named = new Set<string>()
  const namespace = statement.specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier')
  for (const specifier of statement.specifiers) {
    if (specifier.type === 'ImportNamespaceSpecifier') continue
    const imported =
      specifier.type === 'ImportDefaultSpecifier'
        ? 'default'
        : specifier.imported.type === 'Identifier'
          ? specifier.imported.name
          : specifier.imported.value
    named.add(imported)
    if (
      statement.importKind === 'type' ||
      (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type')
    )
      continue
    const declared = exportedMirror(context, file, imported)
    if (declared) found.push(mirrorOf(declared, specifier.local.name))
  }
  for (const name of exportedNames(file)) {
    if (named.has(name)) continue
    const declared = exportedMirror(context, file, name)
    if (!declared) continue
    if (namespace) {
      if (statement.importKind !== 'type') found.push(mirrorOf(declared, `${namespace.local.name}.${name}`))
    } else if (!topVariable(context, name)) {
      found.push({ ...mirrorOf(declared, name), importing: addToImport(context, statement, name) })
    }
  }
  return found
}

function moduleMirrors(context: CodeContext, name: string, module: string, root: string): NamedMirror[] {
  const file = lintedFile(context)
  const source =
    module.startsWith('.') || isAbsolute(module)
      ? relativeTo(context.filename, resolve(root, module))
      : module
  const target = importedFile(source, file)
  const declared = target && exportedMirror(context, target, name)
  if (!declared) return []
  const known = context.ast.body.find(
    (one) => one.type === 'ImportDeclaration' && one.source.value === source,
  )
  const importing =
    known?.type === 'ImportDeclaration' ? addToImport(context, known, name) : newImport(context, source, name)
  return [{ ...mirrorOf(declared, name), importing }]
}

function relativeTo(from: string, to: string): string {
  const path = relative(dirname(from.replaceAll('\\', '/')), to).replaceAll('\\', '/')
  return path.startsWith('.') ? path : `./${path}`
}

interface DeclaredMirror {
  readonly valueSet: ValueSet
  readonly node: Node
}

/** The enum or object that a file exports under a name, when its link with a value set is proven. */
function exportedMirror(context: CodeContext, file: SourceFile, name: string): DeclaredMirror | undefined {
  const exported = exportOf(file, name)
  const binding = exported?.binding
  if (!exported || !binding) return undefined
  if (binding.kind === 'declaration' && binding.node.type === 'TSEnumDeclaration') {
    return linked(context, exported.file, readEnum(binding.node), binding.node)
  }
  const init = binding.kind === 'variable' ? binding.declarator.init : undefined
  return init
    ? linked(context, exported.file, readObject(init, name), (binding as { declarator: Node }).declarator)
    : undefined
}

function linked(
  context: CodeContext,
  file: SourceFile,
  declaration: Declaration | undefined,
  at: Node,
): DeclaredMirror | undefined {
  const { catalog, settings } = context.project
  if (!declaration || !catalog) return undefined
  const { name } = declaration
  const tag = taggedName(file, at)
  const setting =
    name !== undefined && Object.hasOwn(settings.mirrors, name) ? settings.mirrors[name] : undefined
  const generated = at.type === 'TSEnumDeclaration' ? generatedName(file, at) : undefined
  const found: Found | undefined =
    (tag === undefined ? undefined : findNamed(catalog, tag)) ??
    (setting === undefined ? undefined : findNamed(catalog, setting)) ??
    generated?.database.map((one) => findDatabaseName(catalog, one)).find(Boolean) ??
    findByName(catalog, declaration, name)
  return found && { valueSet: found.valueSet, node: declaration.node }
}

function mirrorOf({ valueSet, node }: DeclaredMirror, name: string): NamedMirror {
  return { name, valueSet, memberFor: memberFinder(name, node) }
}

function memberFinder(name: string, node: Node): (value: string) => string | undefined {
  const members = new Map<string, string>()
  const add = (key: string | undefined, value: string | undefined) => {
    if (key !== undefined && value !== undefined && !members.has(value)) members.set(value, key)
  }
  if (node.type === 'TSEnumDeclaration') {
    for (const { id, initializer } of node.body.members) {
      add(id.type === 'Identifier' ? id.name : stringOf(id), stringOf(initializer))
    }
  } else if (node.type === 'ObjectExpression') {
    for (const member of node.properties)
      if (member.type === 'Property') add(keyOf(member), stringOf(member.value))
  }
  return (value) => {
    const key = members.get(value)
    if (key === undefined) return undefined
    return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`
  }
}

/** Names of the enums and constants that a file exports where it declares them. */
function* exportedNames(file: SourceFile): Generator<string> {
  for (const statement of file.ast.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const { declaration } = statement
    if (declaration?.type === 'TSEnumDeclaration') yield declaration.id.name
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue
    for (const { id } of declaration.declarations) if (id.type === 'Identifier') yield id.name
  }
}

function addToImport(context: CodeContext, statement: TSESTree.ImportDeclaration, name: string): TextEdit {
  const last = statement.specifiers.at(-1)
  if (last?.type === 'ImportSpecifier' && statement.importKind !== 'type') {
    return { range: [last.range[1], last.range[1]], text: `, ${name}` }
  }
  return newImport(context, statement.source.value, name, statement)
}

/** An import after the one given, after the last, or before everything (a directive or comment at the top is kept first). */
function newImport(
  { ast, sourceCode }: CodeContext,
  source: string,
  name: string,
  after = ast.body.findLast((one) => one.type === 'ImportDeclaration') as
    TSESTree.ImportDeclaration | undefined,
): TextEdit {
  const quote = after?.source.raw.startsWith('"') ? '"' : "'"
  const semicolon = !after || sourceCode.text.slice(...after.range).endsWith(';') ? ';' : ''
  const text = `import { ${name} } from ${quote}${source}${quote}${semicolon}`
  if (after) return { range: [after.range[1], after.range[1]], text: `\n${text}` }
  const first = ast.body.find((one) => !('directive' in one && one.directive))
  const at = first?.range[0] ?? 0
  return { range: [at, at], text: `${text}\n` }
}
