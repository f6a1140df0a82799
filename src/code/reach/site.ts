import type { TSESLint, TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'

export type Node = TSESTree.Node

/** A parsed file of the project: the linted one, or one that it imports. */
export interface SourceFile {
  /** Absolute path. */
  readonly filename: string
  readonly text: string
  readonly ast: TSESTree.Program
  /** True for the linted file: only its nodes have ranges that ESLint can report. */
  readonly linted: boolean
  /** The scopes of a file that is read as the linted one is: one whose functions the linted file calls. */
  readonly scopes?: TSESLint.Scope.ScopeManager
  /** The context of the linted file. */
  readonly context: CodeContext
}

/** What declares a value that came through a name: for the message. */
export interface Declared {
  readonly name: string
  /** From 1. */
  readonly line: number
  /** Absolute path; undefined for the linted file. */
  readonly file?: string
}

/** An expression that may be what another expression evaluates to. */
export interface Site {
  readonly node: Node
  readonly file: SourceFile
  /** The node of the linted file where the value is used: `node` itself when it is written in place, else the name. */
  readonly at: Node
  readonly declared?: Declared
  /** Inside a function that was entered by a call: the arguments its parameters stand for. */
  readonly frame?: Frame
}

/** One call on the way to a site. */
export interface Frame {
  readonly fn: Node
  readonly args: readonly Node[]
  /** The call, seen from where it stands. */
  readonly caller: Site
}

/** The expressions that one may evaluate to, names followed. */
export interface Reached {
  readonly sites: readonly Site[]
  /** False where it may also be something that was not found. */
  readonly complete: boolean
}

export const UNKNOWN: Reached = { sites: [], complete: false }

/** Names are followed at most this many steps: a chain longer than this is not written by hand. */
export const MAX_DEPTH = 24

/** Whether the names of a file are told by its scopes: the linted file's are, and those of files that are read as it is. */
export function hasScopes({ linted, scopes }: SourceFile): boolean {
  return linted || scopes !== undefined
}

/** A part of the value of a name, in the file of the name: what is found there stands, in the linted file, where it is written. */
export function partAt(site: Site, node: Node): Site {
  return site.file.linted ? within({ ...site, at: site.node }, node) : within(site, node)
}

/** Where a site is in its own file. */
export function placeIn({ file, at, node }: Site): Node {
  return file.linted ? at : node
}

const linted = new WeakMap<object, SourceFile>()

/** The linted file, as a source file. */
export function lintedFile(context: CodeContext): SourceFile {
  const known = linted.get(context.sourceCode)
  if (known !== undefined && known.context === context) return known
  const file: SourceFile = {
    filename: context.filename,
    text: context.sourceCode.text,
    ast: context.ast,
    linted: true,
    context,
  }
  linted.set(context.sourceCode, file)
  return file
}

/** The site of an expression of the linted file, written in place. */
export function siteOf(node: Node, context: CodeContext): Site {
  return { node, file: lintedFile(context), at: node }
}

/** A site inside another: a branch of a conditional, an element of an array, a member of an object. */
export function within(site: Site, node: Node): Site {
  return site.at === site.node ? { ...site, node, at: node } : { ...site, node }
}

/** The site that a name stands for: used where `site` is, declared at `where` in `file`. The innermost name is kept. */
export function declaredAt(site: Site, node: Node, file: SourceFile, name: string, where: Node): Site {
  const declared = { name, line: where.loc.start.line, ...(file.linted ? {} : { file: file.filename }) }
  const frame = site.file === file ? site.frame : undefined
  return { node, file, at: site.at, declared, ...(frame === undefined ? {} : { frame }) }
}

/** Calls `visit` for `node` and everything below it, parents first. `false` from `visit` skips what is below. */
export function walk(
  node: Node,
  visit: (node: Node, parent: Node | undefined) => boolean | void,
  parent?: Node,
): void {
  if (visit(node, parent) === false) return
  for (const key in node) {
    if (key === 'parent' || key === 'loc' || key === 'range' || key === 'tokens' || key === 'comments')
      continue
    const child = (node as unknown as Record<string, unknown>)[key]
    if (child === null || typeof child !== 'object') continue
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) walk(item, visit, node)
    } else if (isNode(child)) walk(child, visit, node)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** Whether a node is `inner` or around it. */
export function contains(outer: Node, inner: Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1]
}

/** The key of a property or member access, where it is static. */
export function staticKey(node: { computed?: boolean; key?: Node; property?: Node }): string | undefined {
  const key = node.key ?? node.property
  if (key === undefined) return undefined
  if (key.type === 'Identifier') return node.computed === true ? undefined : key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number'))
    return String(key.value)
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0)
    return key.quasis[0]!.value.cooked ?? undefined
  return undefined
}

/** `null` and `undefined`. */
export function isNothing(node: Node): boolean {
  return (
    (node.type === 'Literal' && node.value === null && !('regex' in node)) ||
    (node.type === 'Identifier' && node.name === 'undefined')
  )
}
