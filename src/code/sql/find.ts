import type { TSESTree } from '@typescript-eslint/utils'
import { findersOnDemand } from '../../onDemand.js'
import type { CodeContext } from '../context.js'
import { entriesOf } from '../reach/collections.js'
import { newTrail } from '../reach/trail.js'
import { reach } from '../reach/reach.js'
import { siteOf, staticKey } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import { nodesOf, visit } from '../nodes.js'
import type { Trace } from '../trace.js'
import type { CodeUse } from '../use.js'
import { callBindings, objectBindings, runBindings, SQL_KEYS } from './bindings.js'
import type { Bindings } from './bindings.js'
import { isCertain, isCertainText } from './certain.js'
import { isForeignCall, isForeignFile } from './foreign.js'
import { fragmentUnits, taggedFragment } from './fragments.js'
import { isForeignTag, namesOf, partsOf, tagKind } from './parts.js'
import type { Part } from './parts.js'
import { MAY_HOLD_SQL, mayHaveSql } from './prefilter.js'
import { isMessageCall, isShown } from './shown.js'
import { isStatement, isTextNode, makesText, mayBeStatement } from './shape.js'
import { statementTexts } from './statements.js'
import type { Unit } from './unit.js'

/** Callees that take SQL, whose argument is worth following to another place or file. */
const SQL_CALLEE =
  /^(?:\$?(?:query|execute)\w*|raw|unsafe|any|many|manyOrNone|one|oneOrNone|oneFirst|manyFirst|none|each|stream|cursor|multi|prepare|exec|run|all|get|fetch\w*|queryArray|queryObject|literal)$/i

const callees = new Map<string, boolean>()

/** Whether a callee is one of them, by its name: the same few names are called all over a project. */
function takesSql(name: string): boolean {
  let answer = callees.get(name)
  if (answer === undefined) {
    if (callees.size > 10_000) callees.clear()
    callees.set(name, (answer = SQL_CALLEE.test(name)))
  }
  return answer
}

/**
 * The strings of the linted file that meet a value set through SQL, wherever the SQL is written. Only SQL that Postgres's grammar
 * accepts and that names tables of the catalog counts. Never throws.
 *
 * @param doubtful Leave out SQL that surely holds no wrong string: it need not be parsed.
 */
export function findSqlUses(context: CodeContext, trace?: Trace, doubtful = false): CodeUse[] {
  if (context.project.catalog === undefined) return []
  if (!mayHaveSql(context)) return []
  const file = siteOf(context.ast, context).file
  if (isForeignFile(file)) {
    trace?.({ range: [0, 0], message: 'The file works with another database than Postgres.' })
    return []
  }
  return new Finder(context, trace, doubtful).run()
}

class Finder {
  readonly #context: CodeContext
  readonly #trace: Trace | undefined
  readonly #uses: CodeUse[] = []
  readonly #seen = new Set<string>()
  /** Texts that were read together with their values, or that belong to another database. */
  readonly #done = new Set<Node>()

  readonly #doubtful: boolean
  /** The strings and templates that may be statements. */
  readonly #statements: ReadonlySet<Node>
  /** Whether the file itself holds SQL, as far as its text tells. */
  #holdsSql = true

  constructor(context: CodeContext, trace: Trace | undefined, doubtful: boolean) {
    this.#context = context
    this.#trace = trace
    this.#doubtful = doubtful
    this.#statements = new Set(statementTexts(context))
  }

  run(): CodeUse[] {
    const calls: (TSESTree.CallExpression | TSESTree.NewExpression)[] = []
    const texts: Node[] = []
    const nodes = nodesOf(this.#context)
    for (const node of nodes.of('CallExpression')) {
      if (node.arguments.length > 0) calls.push(node)
      if (makesText(node)) texts.push(node)
    }
    for (const node of nodes.of('NewExpression')) if (node.arguments.length > 0) calls.push(node)
    const objects = nodes.of('ObjectExpression').filter(mayHoldSql)
    texts.push(...nodes.of('TaggedTemplateExpression'))
    for (const node of this.#statements) {
      if (node.parent?.type !== 'TaggedTemplateExpression') texts.push(node)
    }
    for (const node of nodes.of('BinaryExpression')) {
      if (node.operator === '+' && !isPartOfText(node) && mayBeStatement(node)) texts.push(node)
    }
    for (const { id, parent, init } of nodes.of('VariableDeclarator')) {
      if (id.type === 'Identifier' && mayGrow(parent, init)) texts.push(id)
    }
    this.#holdsSql = texts.length > 0 || objects.length > 0
    for (const node of calls) this.#call(node)
    for (const node of objects) this.#object(node)
    for (const node of texts) this.#text(node)
    return this.#uses
  }

  /** A text on its own: not known to be SQL but by what it says. */
  #text(node: Node): void {
    if (this.#done.has(node) || isPartOfText(node) || isShown(node)) return
    if (node.type === 'TaggedTemplateExpression' && isForeignTag(node.tag)) return
    const site = siteOf(node, this.#context)
    const parts = partsOf(site)
    if (parts === undefined) return
    const statement = isStatement(parts)
    const mayBePiece = !statement || namesColumns(parts) || startsOpen(parts)
    const tagged = node.type === 'TaggedTemplateExpression' && mayBePiece
    const piece = tagged ? taggedFragment(node, parts, this.#context) : undefined
    if (!statement) {
      if (piece !== undefined) this.#add(piece)
      return
    }
    // A statement, or a subquery that refers to what is around it.
    const frames = piece?.frames === undefined ? {} : { frames: [['', ''] as const, ...piece.frames] }
    const bindings = tagged ? undefined : runBindings(site)
    const bound = bindings === undefined ? {} : { bindings }
    this.#add({ site, parts, ...frames, ...bound })
  }

  #call(node: TSESTree.CallExpression | TSESTree.NewExpression): void {
    const site = siteOf(node, this.#context)
    const name = lastName(node.callee)
    const known = takesSql(name) || this.#context.project.settings.sqlCallees.includes(name)
    // What a call's client is takes some finding out: only where there is SQL that it may be given.
    if (this.#holdsSql && isForeignCall(node, site.file)) return this.#leave(node)
    let isForeign: boolean | undefined
    const isOurs = (): boolean => !(isForeign ??= !this.#holdsSql && isForeignCall(node, site.file))
    for (let index = 0; index < Math.min(node.arguments.length, 4); index++) {
      const follow = known ? 'anywhere' : node.arguments.length > index + 1 ? 'here' : false
      for (const text of this.#textsOf(node.arguments[index]!, follow)) {
        if (this.#isCertainText(text)) continue
        const parts = partsOf(text)
        if (parts === undefined || !isStatement(parts) || !isOurs()) continue
        if (isMessageCall(node)) return
        const bindings = callBindings(site, node, index)
        this.#bound(text, parts, bindings)
      }
    }
    if (node.type !== 'CallExpression') return
    for (const unit of fragmentUnits(node, this.#context)) if (isOurs()) this.#add(unit)
  }

  /** Whether a node that makes text may be a statement, where its strings have been looked at already. */
  #mayBeStatement(node: Node): boolean {
    const isAlone = node.type === 'Literal' || node.type === 'TemplateLiteral'
    return isAlone ? this.#statements.has(node) : mayBeStatement(node)
  }

  /** Whatever is given to a call on another database is not for this one. */
  #leave(call: TSESTree.CallExpression | TSESTree.NewExpression): void {
    this.#trace?.({ range: call.range, message: 'The call goes to another database than Postgres.' })
    for (const argument of call.arguments) {
      visit(argument, this.#context.sourceCode.visitorKeys, (inner) => this.#done.add(inner))
      for (const { node } of this.#textsOf(argument, 'here')) this.#done.add(node)
    }
  }

  #object(node: TSESTree.ObjectExpression): void {
    if (this.#done.has(node)) return
    const site = siteOf(node, this.#context)
    for (const value of sqlProperties(site, node)) {
      for (const text of this.#textsOf(value, 'anywhere')) {
        const parts = partsOf(text)
        if (parts === undefined || !isStatement(parts)) continue
        this.#bound(text, parts, objectBindings(site, node) ?? this.#outerBindings(node))
      }
    }
  }

  /** `query({ text }, values)` */
  #outerBindings(node: TSESTree.ObjectExpression): Bindings | undefined {
    const call = node.parent
    if (call.type !== 'CallExpression') return undefined
    const index = call.arguments.indexOf(node)
    return index < 0 ? undefined : callBindings(siteOf(call, this.#context), call, index)
  }

  /** The texts that an argument may be; names are followed in this file, or into imported files, as `follow` says that it is worth it. */
  #textsOf(argument: Node, follow: 'anywhere' | 'here' | false): Site[] {
    if (isTextNode(argument)) return this.#mayBeStatement(argument) ? [siteOf(argument, this.#context)] : []
    if (follow === false) return []
    switch (argument.type) {
      case 'Identifier':
      case 'MemberExpression':
      case 'CallExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'AwaitExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
        return reach(
          siteOf(argument, this.#context),
          newTrail(follow === 'anywhere' && MAY_HOLD_SQL),
        ).sites.filter((s) => (isTextNode(s.node) || s.node.type === 'Identifier') && mayBeStatement(s.node))
      default:
        return []
    }
  }

  /** Whether no string of a text that a call is given can be wrong, nor one that is bound to it. */
  #isCertainText({ node, file }: Site): boolean {
    if (!this.#doubtful || !isCertainText(node, this.#context.project.catalog!)) return false
    if (file.linted) this.#done.add(node)
    return true
  }

  #bound(text: Site, parts: readonly Part[], bindings: Bindings | undefined): void {
    if (bindings === undefined && !text.file.linted) return
    if (bindings === undefined && text.node.type !== 'Identifier' && text.at !== text.node) return
    if (text.file.linted) this.#done.add(text.node)
    this.#add(bindings === undefined ? { site: text, parts } : { site: text, parts, bindings })
  }

  /** `link` where it is another than the node tells. */
  #add(found: Omit<Unit, 'link'> & { readonly link?: string }): void {
    if (this.#doubtful && isCertain(found, this.#context.project.catalog!)) return
    const unit = { link: linkOf(found.site.node, this.#context), ...found }
    for (const use of findersOnDemand().usesOfUnit(unit, this.#context, this.#trace)) {
      const { valueSet } = use
      const key = `${use.range.join()} ${valueSet.schema} ${valueSet.name} ${use.kind} ${use.value}`
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      this.#uses.push(use)
    }
  }
}

/** Whether an object has a property for SQL, or may have one by what is spread into it. */
function mayHoldSql({ properties }: TSESTree.ObjectExpression): boolean {
  return properties.some((p) => p.type === 'SpreadElement' || SQL_KEYS.has(staticKey(p) ?? ''))
}

/** A variable that text may be appended to, or a template that may be. */
function mayGrow(parent: Node, init: TSESTree.Expression | null): boolean {
  if (parent.type !== 'VariableDeclaration') return false
  return parent.kind !== 'const' || init?.type === 'TaggedTemplateExpression'
}

function lastName(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return staticKey(callee) ?? ''
  return namesOf(callee).at(-1) ?? ''
}

/** The values of an object's properties that hold SQL; what is spread into it is looked into where it holds values of its own. */
function sqlProperties(site: Site, object: TSESTree.ObjectExpression): Node[] {
  const own = object.properties.flatMap((p) =>
    p.type === 'Property' && SQL_KEYS.has(staticKey(p) ?? '') ? [p.value as Node] : [],
  )
  const spread = object.properties.some((p) => p.type === 'SpreadElement')
  if (own.length > 0 || !spread || objectBindings(site, object) === undefined) return own
  return entriesOf(site).entries.flatMap((e) =>
    SQL_KEYS.has(e.key) && e.value.file.linted ? [e.value.node] : [],
  )
}

/** True where column objects stand in the text: they may be of a table that only the query around it has. */
function namesColumns(parts: readonly Part[]): boolean {
  return parts.some((p) => p.type === 'made' && p.table !== undefined)
}

/** True where it is not known what the text starts with: `${where} AND ...`. */
function startsOpen(parts: readonly Part[]): boolean {
  const first = parts.find((part) => part.type !== 'text' || part.source.decoded.text.trim() !== '')
  return first?.type === 'hole' && !first.closed
}

/** Operands of a concatenation are read with it. */
function isPartOfText(node: Node): boolean {
  const { parent } = node
  return parent?.type === 'BinaryExpression' && parent.operator === '+'
}

function linkOf(node: Node, context: CodeContext): string {
  if (node.type === 'TaggedTemplateExpression') {
    const kind = tagKind(node.tag, context.project.settings.sqlTags)
    return kind === 'raw'
      ? 'SQL in a raw template'
      : `SQL in a template tagged ${namesOf(node.tag).join('.')}`
  }
  if (node.type === 'TemplateLiteral') return 'SQL in a template'
  return node.type === 'Literal' ? 'SQL in a string' : 'SQL put together from strings'
}
