import type { TSESTree } from '@typescript-eslint/utils'
import type { CodeContext } from '../context.js'
import { newTrail, reach } from '../reach/reach.js'
import { siteOf, staticKey } from '../reach/site.js'
import type { Node, Site } from '../reach/site.js'
import type { Trace } from '../trace.js'
import type { CodeUse } from '../use.js'
import { callBindings, objectBindings, SQL_KEYS } from './bindings.js'
import type { Bindings } from './bindings.js'
import { isForeignCall, isForeignFile } from './foreign.js'
import { fragmentUnits, taggedFragment } from './fragments.js'
import { isForeignTag, namesOf, partsOf, tagKind } from './parts.js'
import type { Part } from './parts.js'
import { usesOfUnit } from './unit.js'
import type { Unit } from './unit.js'
import { visit } from './visit.js'

/** A file without any of these holds no statement, and no name of one of the calls that take one. */
const WORTH_READING =
  /\b(?:select|insert|update|delete|merge|values|with|call|create|alter|copy)\b|\b(?:query|execute|raw|unsafe)\w*\s*[(<]|(?:raw|literal)\(|\bwhere\(|\bsql\s*[`<.]/i

/** How a statement starts, comments before it skipped. */
const STATEMENT =
  /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*\(*\s*(?:select|insert|update|delete|with|merge|values|create|alter|do|call|copy|explain|prepare|execute|declare|table|set|begin|comment|refresh|drop|truncate|start|lock|grant)\b/i

/** Callees that take SQL, whose argument is worth following to another place or file. */
const SQL_CALLEE =
  /^(?:\$?(?:query|execute)\w*|raw|unsafe|any|many|manyOrNone|one|oneOrNone|oneFirst|manyFirst|none|each|stream|cursor|multi|prepare|exec|run|all|get|fetch\w*|queryArray|queryObject|literal)$/i

/**
 * The strings of the linted file that meet a value set through SQL, wherever the SQL is written. Only SQL that Postgres's grammar
 * accepts and that names tables of the catalog counts. Never throws.
 */
export function findSqlUses(context: CodeContext, trace?: Trace): CodeUse[] {
  if (context.project.catalog === undefined) return []
  if (!WORTH_READING.test(context.sourceCode.text)) return []
  const file = siteOf(context.ast, context).file
  if (isForeignFile(file)) {
    trace?.({ range: [0, 0], message: 'The file works with another database than Postgres.' })
    return []
  }
  return new Finder(context, trace).run()
}

class Finder {
  readonly #context: CodeContext
  readonly #trace: Trace | undefined
  readonly #uses: CodeUse[] = []
  readonly #seen = new Set<string>()
  /** Texts that were read together with their values, or that belong to another database. */
  readonly #done = new Set<Node>()

  constructor(context: CodeContext, trace: Trace | undefined) {
    this.#context = context
    this.#trace = trace
  }

  run(): CodeUse[] {
    const texts: Node[] = []
    const { ast, sourceCode } = this.#context
    visit(ast, sourceCode.visitorKeys, (node) => {
      switch (node.type) {
        case 'CallExpression':
        case 'NewExpression':
          this.#call(node)
          if (node.type === 'CallExpression' && makesText(node)) texts.push(node)
          break
        case 'ObjectExpression':
          this.#object(node)
          break
        case 'TaggedTemplateExpression':
          texts.push(node)
          break
        case 'TemplateLiteral':
          if (node.parent.type !== 'TaggedTemplateExpression') texts.push(node)
          break
        case 'Literal':
          if (typeof node.value === 'string' && node.value.length > 8) texts.push(node)
          break
        case 'BinaryExpression':
          if (node.operator === '+') texts.push(node)
          break
        case 'VariableDeclarator':
          if (
            node.id.type === 'Identifier' &&
            node.parent.type === 'VariableDeclaration' &&
            node.parent.kind !== 'const'
          )
            texts.push(node.id)
          break
      }
    })
    for (const node of texts) this.#text(node)
    return this.#uses
  }

  /** A text on its own: not known to be SQL but by what it says. */
  #text(node: Node): void {
    if (this.#done.has(node) || isPartOfText(node)) return
    if (node.type === 'TaggedTemplateExpression' && isForeignTag(node.tag)) return
    if (node.type !== 'TaggedTemplateExpression' && !mayStartStatement(node)) return
    const site = siteOf(node, this.#context)
    const parts = partsOf(site)
    if (parts === undefined) return
    if (!startsStatement(parts)) {
      const unit =
        node.type === 'TaggedTemplateExpression' ? taggedFragment(node, parts, this.#context) : undefined
      if (unit !== undefined) this.#add(unit)
      return
    }
    this.#add({ site, parts, link: linkOf(node, this.#context) })
  }

  #call(node: TSESTree.CallExpression | TSESTree.NewExpression): void {
    const site = siteOf(node, this.#context)
    const name = namesOf(node.callee).at(-1) ?? ''
    const known = SQL_CALLEE.test(name) || this.#context.project.settings.sqlCallees.includes(name)
    if (isForeignCall(node, site.file)) return this.#leave(node)
    node.arguments.slice(0, 4).forEach((argument, index) => {
      for (const text of this.#textsOf(argument, known || node.arguments.length > index + 1)) {
        const parts = partsOf(text)
        if (parts === undefined || !startsStatement(parts)) continue
        const bindings = callBindings(site, node, index)
        this.#bound(text, parts, bindings)
      }
    })
    if (node.type !== 'CallExpression') return
    for (const unit of fragmentUnits(node, this.#context)) this.#add(unit)
  }

  /** Whatever is given to a call on another database is not for this one. */
  #leave(call: TSESTree.CallExpression | TSESTree.NewExpression): void {
    this.#trace?.({ range: call.range, message: 'The call goes to another database than Postgres.' })
    for (const argument of call.arguments) {
      visit(argument, this.#context.sourceCode.visitorKeys, (inner) => this.#done.add(inner))
      for (const { node } of this.#textsOf(argument, true)) this.#done.add(node)
    }
  }

  #object(node: TSESTree.ObjectExpression): void {
    if (this.#done.has(node)) return
    for (const property of node.properties) {
      if (property.type !== 'Property' || !SQL_KEYS.has(staticKey(property) ?? '')) continue
      const site = siteOf(node, this.#context)
      for (const text of this.#textsOf(property.value, true)) {
        const parts = partsOf(text)
        if (parts === undefined || !startsStatement(parts)) continue
        this.#bound(text, parts, objectBindings(site, node))
      }
    }
  }

  /** The texts that an argument may be; names are followed where `follow` says that it is worth it. */
  #textsOf(argument: Node, follow: boolean): Site[] {
    const site = siteOf(argument, this.#context)
    if (isTextNode(argument)) return mayStartStatement(argument) ? [site] : []
    if (!follow) return []
    switch (argument.type) {
      case 'Identifier':
      case 'MemberExpression':
      case 'CallExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
        return reach(site, newTrail()).sites.filter(
          (s) => (isTextNode(s.node) || s.node.type === 'Identifier') && mayStartStatement(s.node),
        )
      default:
        return []
    }
  }

  #bound(text: Site, parts: readonly Part[], bindings: Bindings | undefined): void {
    if (bindings === undefined && !text.file.linted) return
    if (bindings === undefined && text.node.type !== 'Identifier' && text.at !== text.node) return
    if (text.file.linted) this.#done.add(text.node)
    const unit = { site: text, parts, link: linkOf(text.node, this.#context) }
    this.#add(bindings === undefined ? unit : { ...unit, bindings })
  }

  #add(unit: Unit): void {
    for (const use of usesOfUnit(unit, this.#context, this.#trace)) {
      const { valueSet } = use
      const key = `${use.range.join()} ${valueSet.schema} ${valueSet.name} ${use.kind} ${use.value}`
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      this.#uses.push(use)
    }
  }
}

function isTextNode(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string'
    case 'TemplateLiteral':
    case 'TaggedTemplateExpression':
      return true
    case 'BinaryExpression':
      return node.operator === '+'
    case 'CallExpression':
      return makesText(node)
    default:
      return false
  }
}

/** Calls that put text together: `[...].join(' ')`, sql-template-strings' `.append(...)`. */
function makesText(node: TSESTree.CallExpression): boolean {
  const name = node.callee.type === 'MemberExpression' ? staticKey(node.callee) : undefined
  return name === 'join' || name === 'append'
}

/** Operands of a concatenation are read with it. */
function isPartOfText(node: Node): boolean {
  const { parent } = node
  return parent?.type === 'BinaryExpression' && parent.operator === '+'
}

/** Cheap: the first text that is written, without following anything. */
function mayStartStatement(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && STATEMENT.test(node.value)
    case 'TemplateLiteral': {
      const first = node.quasis[0]!.value.raw
      if (STATEMENT.test(first)) return true
      return node.expressions.length > 0 && /^\s*\(?\s*$/.test(withoutComments(first))
    }
    case 'TaggedTemplateExpression':
      return mayStartStatement(node.quasi)
    case 'BinaryExpression':
      return mayStartStatement(node.left) || !isTextNode(node.left)
    default:
      return true
  }
}

function withoutComments(text: string): string {
  return text.replace(/--[^\n]*\n|\/\*[\s\S]*?\*\//g, '')
}

/** True where the parts put together start as a statement does; a hole in front may hold anything. */
function startsStatement(parts: readonly Part[]): boolean {
  let text = ''
  let open = false
  for (const part of parts) {
    if (part.type === 'text') text += part.source.decoded.text
    else if (part.type === 'made') text += part.text
    else {
      if (/^\s*$/.test(withoutComments(text))) {
        if (part.fragments.some((f) => startsStatement(f))) return true
        open = true
      }
      text += ' '
    }
  }
  return (
    STATEMENT.test(text) ||
    (open && /\b(?:select|insert\s+into|update|delete\s+from|merge\s+into)\b/i.test(text))
  )
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
