import type { TSESTree } from '@typescript-eslint/utils'
import { isSurelyDataOnly } from '../other-kinds.js'
import { callBuiltin, isBuiltin, MIGRATIONS } from './builtins.js'
import { callMethod, type Machine } from './methods.js'
import { onLine } from './sql.js'

import {
  Scope,
  UNDEFINED,
  UNKNOWN,
  plainValue,
  textOfValue,
  type FunctionNode,
  type Module,
  type Step,
  type Value,
} from './values.js'

/** How deep calls nest, and how many expressions are evaluated, at most. */
const MAX_DEPTH = 40
const MAX_EXPRESSIONS = 100_000

/** Thrown to give up on a migration. */
class GiveUp extends Error {}

type FunctionValue = Extract<Value, { kind: 'function' }>
type SqlStep = Extract<Step, { sql: string }>

/** How a statement ended: `returned` where it was a return. */
type Completion = { readonly returned: Value } | undefined

/** Walks through a migration's `up` as if it ran, and notes what it would send. */
export class Evaluator implements Machine {
  steps: Step[] = []
  /** All statements sent so far, those of branches too. */
  readonly #sent: string[] = []
  #guards = 0
  #expressions = 0
  #depth = 0
  /** How many parts around may or may not run. */
  #undecided = 0
  #module: Module
  /** The line of the migration that called into another file. */
  #calledFrom: number | undefined

  constructor(module: Module) {
    this.#module = module
  }

  /** The value of a module's `up`; undefined where it exports none. */
  up(program: TSESTree.Program): FunctionValue | undefined {
    const { scope, exported } = this.#evaluate(program)
    const up = exported.get('up') ?? scope.get('up')
    return up?.kind === 'function' ? up : undefined
  }

  /** What a module exports, by name. */
  exports(program: TSESTree.Program): ReadonlyMap<string, Value> {
    return this.#evaluate(program).exported
  }

  #evaluate(program: TSESTree.Program): { scope: Scope; exported: Map<string, Value> } {
    const scope = new Scope()
    const exported = new Map<string, Value>()
    scope.set('exports', { kind: 'object', entries: new Map() })
    scope.set('__dirname', { kind: 'constant', value: MIGRATIONS + this.#module.dir })
    this.#hoist(program.body, scope)
    for (const statement of program.body) {
      if (statement.type === 'ImportDeclaration') this.#import(statement, scope)
    }
    for (const statement of program.body) this.#topLevel(statement, scope, exported)
    return { scope, exported }
  }

  #topLevel(statement: TSESTree.ProgramStatement, scope: Scope, exported: Map<string, Value>): void {
    if (statement.type === 'ExpressionStatement') this.#export(statement.expression, scope, exported)
    else if (statement.type === 'ExportAllDeclaration') {
      for (const [name, value] of this.#load(statement.source.value) ?? [])
        if (name !== 'default') exported.set(name, value)
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement
      if (!/Declaration$/.test(declaration.type))
        exported.set('default', this.expression(declaration as TSESTree.Expression, scope))
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { declaration, source } = statement
      if (declaration != null) {
        this.#hoist([declaration], scope)
        this.#declare(declaration, scope)
        for (const name of namesIn(declaration)) exported.set(name, scope.get(name) ?? UNKNOWN)
      }
      const other = source === null ? undefined : this.#load(source.value)
      for (const { local, exported: as } of statement.specifiers) {
        const value = source === null ? scope.get(nameIn(local)) : other?.get(nameIn(local))
        exported.set(nameIn(as), value ?? UNKNOWN)
      }
    } else this.#declare(statement, scope)
  }

  #load(specifier: string): ReadonlyMap<string, Value> | undefined {
    return specifier.startsWith('.') ? this.#module.load(specifier) : undefined
  }

  #import({ source, specifiers }: TSESTree.ImportDeclaration, scope: Scope): void {
    const builtin = source.value.replace(/^node:/, '')
    const exported = this.#load(source.value)
    for (const specifier of specifiers) {
      const name = specifier.type === 'ImportSpecifier' ? nameIn(specifier.imported) : undefined
      let value: Value | undefined
      if (isBuiltin(builtin))
        value = { kind: 'builtin', name: name === undefined ? builtin : `${builtin}.${name}` }
      else if (exported !== undefined && specifier.type === 'ImportNamespaceSpecifier')
        value = { kind: 'object', entries: exported }
      else value = exported?.get(name ?? 'default')
      scope.set(specifier.local.name, value ?? UNKNOWN)
    }
  }

  /** `exports.up = ...`, `module.exports = { up }`. */
  #export(expression: TSESTree.Expression, scope: Scope, exported: Map<string, Value>): void {
    if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return
    const { object, property } = expression.left
    const name = property.type === 'Identifier' ? property.name : undefined
    const value = this.expression(expression.right, scope)
    if (name === 'exports' && object.type === 'Identifier' && value.kind === 'object') {
      for (const [key, item] of value.entries) exported.set(key, item)
    } else if (name !== undefined) exported.set(name, value)
  }

  /** Runs `up` with Knex as its argument. */
  run(up: FunctionValue): Step[] {
    try {
      this.send(this.call(up, [{ kind: 'knex' }]))
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      this.unread(error.message, up.node)
    }
    return this.steps
  }

  textOf(node: TSESTree.Node): string {
    return this.#module.text.slice(node.range[0], node.range[1])
  }

  lineOf(node: TSESTree.Node): number {
    return this.#calledFrom ?? node.loc.start.line
  }

  unread(reason: string, node: TSESTree.Node): void {
    this.steps.push({ unread: reason, line: this.lineOf(node), text: this.textOf(node) })
  }

  /** What happens when a value is awaited, returned from `up`, or gets a `.then`. */
  send(value: Value): void {
    if (value.kind === 'schema') this.#send(...value.steps)
    else if (value.kind === 'array') value.items.forEach((item) => this.send(item))
    else if (value.kind === 'raw') {
      const { sql, line, text, file } = value
      if (sql === undefined && isSurelyDataOnly(text, 'JavaScript')) return
      this.steps.push(
        sql === undefined
          ? { unread: 'a raw statement is not constant', line, text }
          : { sql, line, ...(file === undefined ? {} : { file }) },
      )
    }
  }

  #send(...steps: readonly Step[]): void {
    this.steps.push(...steps)
    this.#sent.push(...steps.map((step) => ('sql' in step ? step.sql : step.text)))
  }

  /** How many statements were sent. */
  get sentCount(): number {
    return this.#sent.length
  }

  call(value: FunctionValue, args: readonly Value[], from?: TSESTree.Node): Value {
    if (value.module === this.#module) return this.#run(value, args)
    const [module, calledFrom] = [this.#module, this.#calledFrom]
    this.#calledFrom = from === undefined ? calledFrom : this.lineOf(from)
    this.#module = value.module
    try {
      return this.#run(value, args)
    } finally {
      this.#module = module
      this.#calledFrom = calledFrom
    }
  }

  #run({ node, scope: outer }: FunctionValue, args: readonly Value[]): Value {
    if (++this.#depth > MAX_DEPTH) throw new GiveUp('its functions call each other too deeply')
    const scope = new Scope(outer)
    node.params.forEach((parameter, index) => this.#bind(parameter, args[index] ?? UNDEFINED, scope))
    let result: Value
    if (node.body.type === 'BlockStatement')
      result = this.#block(node.body.body, scope)?.returned ?? UNDEFINED
    else result = this.expression(node.body, scope)
    this.#depth--
    return result
  }

  #bind(target: TSESTree.Node, value: Value, scope: Scope): void {
    if (target.type === 'Identifier') scope.set(target.name, value)
    else if (target.type === 'AssignmentPattern') {
      const isMissing = value.kind === 'constant' && value.value === undefined
      this.#bind(target.left, isMissing ? this.expression(target.right, scope) : value, scope)
    } else if (target.type === 'ArrayPattern') {
      target.elements.forEach((element, index) => {
        if (element !== null)
          this.#bind(element, (value.kind === 'array' && value.items[index]) || UNKNOWN, scope)
      })
    } else if (target.type === 'ObjectPattern') {
      for (const property of target.properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue
        const item = value.kind === 'object' ? value.entries.get(property.key.name) : undefined
        this.#bind(property.value, item ?? this.member(value, property.key.name), scope)
      }
    }
  }

  member(value: Value, name: string): Value {
    if (value.kind === 'object') return value.entries.get(name) ?? UNDEFINED
    if (value.kind === 'builtin') return { kind: 'builtin', name: `${value.name}.${name}` }
    if (value.kind === 'knex') {
      if (name === 'schema') return { kind: 'schema', steps: [] }
      return name === 'fn' ? { kind: 'fn' } : UNKNOWN
    }
    if (value.kind === 'array' && name === 'length') return { kind: 'constant', value: value.items.length }
    return value.kind === 'rows' ? value : UNKNOWN
  }

  #hoist(body: readonly TSESTree.Node[], scope: Scope): void {
    for (const node of body) {
      if (node.type === 'FunctionDeclaration' && node.id !== null)
        scope.set(node.id.name, { kind: 'function', node, scope, module: this.#module })
    }
  }

  #declare(node: TSESTree.Node, scope: Scope): void {
    if (node.type === 'TSEnumDeclaration') scope.set(node.id.name, this.#enum(node, scope))
    if (node.type !== 'VariableDeclaration') return
    for (const { id, init } of node.declarations) {
      this.#bind(id, init === null ? UNDEFINED : this.expression(init, scope), scope)
    }
  }

  #enum(node: TSESTree.TSEnumDeclaration, scope: Scope): Value {
    const entries = new Map<string, Value>()
    let next: number | undefined = 0
    for (const { id, initializer } of node.body.members) {
      const name = id.type === 'Identifier' ? id.name : textOfValue(this.expression(id, scope))
      if (name === undefined) return UNKNOWN
      const own: unknown =
        initializer === undefined ? next : plainValue(this.expression(initializer, scope))?.value
      const isPlain = typeof own === 'string' || typeof own === 'number'
      entries.set(name, isPlain ? { kind: 'constant', value: own } : UNKNOWN)
      next = typeof own === 'number' ? own + 1 : undefined
    }
    return { kind: 'object', entries }
  }

  #block(body: readonly TSESTree.Statement[], scope: Scope): Completion {
    this.#hoist(body, scope)
    for (const [index, statement] of body.entries()) {
      if (statement.type === 'IfStatement') {
        const completion = this.#if(statement, body.slice(index + 1), scope)
        if (completion !== 'goes on') return completion
      } else {
        const completion = this.#statement(statement, scope)
        if (completion !== undefined) return completion
      }
    }
    return undefined
  }

  #statement(node: TSESTree.Statement, scope: Scope): Completion {
    switch (node.type) {
      case 'ExpressionStatement':
        this.expression(node.expression, scope)
        return undefined
      case 'ReturnStatement':
        return { returned: node.argument === null ? UNDEFINED : this.expression(node.argument, scope) }
      case 'VariableDeclaration':
        this.#declare(node, scope)
        return undefined
      case 'BlockStatement':
        return this.#block(node.body, new Scope(scope))
      case 'TryStatement':
        return this.#block(node.block.body, new Scope(scope))
      case 'ForOfStatement':
        return this.#forOf(node, scope)
      case 'ForStatement':
        return this.#for(node, scope)
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#uncertain('it runs in a loop', () => this.#statement(node.body, new Scope(scope)))
        return undefined
      case 'IfStatement': {
        const completion = this.#if(node, [], scope)
        return completion === 'goes on' ? undefined : completion
      }
      case 'SwitchStatement':
        this.#uncertain('it depends on a switch', () => {
          for (const { consequent } of node.cases) this.#block(consequent, new Scope(scope))
        })
        return undefined
      default:
        return undefined
    }
  }

  /** `for (let i = 0; i < 3; i++)`, where all of that is constant and only the loop itself counts. */
  #for(node: TSESTree.ForStatement, scope: Scope): Completion {
    const { init, test, update, body } = node
    const inner = new Scope(scope)
    const name = init?.type === 'VariableDeclaration' ? namesIn(init)[0] : undefined
    const isCounted =
      name !== undefined &&
      changes(update, name) &&
      !new RegExp(`\\b${name}\\s*(?:[-+*/%]?=(?!=)|\\+\\+|--)`).test(this.textOf(body))
    if (init?.type === 'VariableDeclaration') this.#declare(init, inner)
    for (;;) {
      const truth = test === null || !isCounted ? undefined : truthOf(this.expression(test, inner))
      if (truth === false) return undefined
      if (truth === undefined || update === null) {
        if (name !== undefined) inner.set(name, UNKNOWN)
        return this.#uncertain('it runs in a loop', () => this.#statement(body, new Scope(inner)))
      }
      const completion = this.#statement(body, new Scope(inner))
      if (completion !== undefined) return completion
      // The variable is the loop's own: also where the loop as a whole may or may not run.
      inner.set(name!, this.expression(update, inner))
    }
  }

  #forOf(node: TSESTree.ForOfStatement, scope: Scope): Completion {
    const items = this.expression(node.right, scope)
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]!.id : node.left
    if (items.kind !== 'array') {
      this.#uncertain('it runs in a loop', () => {
        const inner = new Scope(scope)
        this.#bind(target, UNKNOWN, inner)
        this.#statement(node.body, inner)
      })
      return undefined
    }
    for (const item of items.items) {
      const inner = new Scope(scope)
      this.#bind(target, item, inner)
      const completion = this.#statement(node.body, inner)
      if (completion !== undefined) return completion
    }
    return undefined
  }

  /** An `if` with what follows it, for a branch that returns leaves that out. */
  #if(node: TSESTree.IfStatement, rest: readonly TSESTree.Statement[], scope: Scope): Completion | 'goes on' {
    const condition = this.expression(node.test, scope)
    const branch = (statement: TSESTree.Statement | null): Completion =>
      statement === null ? undefined : this.#statement(statement, new Scope(scope))
    const truth = truthOf(condition)
    if (truth !== undefined) return branch(truth ? node.consequent : node.alternate) ?? 'goes on'
    const ended = this.#decide(
      condition,
      this.lineOf(node),
      () => branch(node.consequent),
      () => branch(node.alternate),
      () => this.#block(rest, scope),
    )
    return ended ? { returned: UNDEFINED } : 'goes on'
  }

  /**
   * Notes what two branches send as one statement that decides between them. Where one of them ends the function, `rest`
   * belongs to the other; then true. What a branch returns is sent in it.
   */
  #decide(
    condition: Value,
    line: number,
    then: () => Completion,
    otherwise: () => Completion,
    rest: () => Completion,
  ): boolean {
    const decides = condition.kind === 'condition' && !this.#isStale(condition)
    const first = this.#collect(then)
    const second = this.#collect(otherwise)
    const ended = first.completion !== undefined || second.completion !== undefined
    if (ended && first.completion === undefined) first.steps.push(...this.#collect(rest).steps)
    if (ended && second.completion === undefined) second.steps.push(...this.#collect(rest).steps)
    const all = [...first.steps, ...second.steps]
    if (!decides) {
      this.#note(all, 'it depends on a condition')
      return ended
    }
    this.steps.push(...all.filter((step) => 'unread' in step))
    const [yes, no] = [first, second].map(({ steps }) => steps.filter((step) => 'sql' in step))
    if (yes!.length + no!.length > 0) this.steps.push(this.#choose(condition.sql, line, yes!, no!))
    return ended
  }

  /** `DO` with both branches, each statement on its own line of the file. */
  #choose(condition: string, line: number, yes: readonly SqlStep[], no: readonly SqlStep[]): Step {
    const tag = `$guard${++this.#guards}$`
    let text = `DO ${tag} BEGIN IF ${condition} THEN`
    let current = line
    const add = (part: string, at: number): void => {
      text += ` ${onLine(part, current, at)}`
      current = Math.max(current, at) + part.split('\n').length - 1
    }
    for (const step of yes) add(step.sql.replace(/;?\s*$/, ';'), step.line)
    if (no.length > 0) add('ELSE', current)
    for (const step of no) add(step.sql.replace(/;?\s*$/, ';'), step.line)
    return { sql: `${text} END IF; END ${tag}`, line }
  }

  /** True where what a condition asks about was changed since it was asked. */
  #isStale({ table, after }: Extract<Value, { kind: 'condition' }>): boolean {
    return this.#sent.slice(after).some((sql) => sql.includes(table))
  }

  /** Notes what a part would send as unread. */
  #uncertain(reason: string, run: () => Completion): Completion {
    const { steps, completion } = this.#collect(run)
    this.#note(steps, reason)
    return completion
  }

  #note(steps: readonly Step[], reason: string): void {
    for (const step of steps) {
      const unread = `${reason} that is not decided`
      this.steps.push('unread' in step ? step : { unread, line: step.line, text: step.sql })
    }
  }

  #collect(run: () => Completion): { steps: Step[]; completion: Completion } {
    const before = this.steps
    const steps: Step[] = []
    this.steps = steps
    this.#undecided++
    try {
      const completion = run()
      if (completion !== undefined) this.send(completion.returned)
      return { steps, completion }
    } finally {
      this.steps = before
      this.#undecided--
    }
  }

  expression(node: TSESTree.Node, scope: Scope): Value {
    if (++this.#expressions > MAX_EXPRESSIONS) throw new GiveUp('it is too long to be followed')
    switch (node.type) {
      case 'Literal':
        return 'regex' in node
          ? UNKNOWN
          : { kind: 'constant', value: node.value as string | number | boolean | null }
      case 'Identifier':
        return node.name === 'undefined' ? UNDEFINED : (scope.get(node.name) ?? UNKNOWN)
      case 'TemplateLiteral':
        return this.#template(node, scope)
      case 'ArrayExpression':
        return this.#array(node, scope)
      case 'ObjectExpression':
        return this.#object(node, scope)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return { kind: 'function', node: node as FunctionNode, scope, module: this.#module }
      case 'AwaitExpression': {
        const value = this.expression(node.argument, scope)
        this.send(value)
        return /^(?:condition|rows|constant)$/.test(value.kind) ? value : UNKNOWN
      }
      case 'CallExpression':
        return this.#call(node, scope)
      case 'MemberExpression':
        return this.#member(node, scope)
      case 'AssignmentExpression': {
        const value = this.expression(node.right, scope)
        if (node.left.type !== 'Identifier') return value
        const now =
          node.operator === '=' ? value : this.#step(node.left, node.operator.slice(0, -1), value, scope)
        this.#assign(node.left.name, now, scope)
        return now
      }
      case 'UpdateExpression': {
        if (node.argument.type !== 'Identifier') return UNKNOWN
        const now = this.#step(node.argument, node.operator.slice(1), { kind: 'constant', value: 1 }, scope)
        this.#assign(node.argument.name, now, scope)
        return now
      }
      case 'BinaryExpression':
        return this.#binary(node, scope)
      case 'LogicalExpression':
      case 'ConditionalExpression':
        return this.#choice(node, scope)
      case 'UnaryExpression':
        return this.#unary(node, scope)
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return this.expression(node.expression, scope)
      default:
        return UNKNOWN
    }
  }

  #template(node: TSESTree.TemplateLiteral, scope: Scope): Value {
    let text = node.quasis[0]!.value.cooked ?? ''
    for (const [index, part] of node.expressions.entries()) {
      const plain = plainValue(this.expression(part, scope))
      if (plain === undefined || typeof plain.value === 'object') return UNKNOWN
      text += String(plain.value) + (node.quasis[index + 1]!.value.cooked ?? '')
    }
    return { kind: 'constant', value: text }
  }

  #array(node: TSESTree.ArrayExpression, scope: Scope): Value {
    const items: Value[] = []
    for (const element of node.elements) {
      if (element === null) items.push(UNDEFINED)
      else if (element.type === 'SpreadElement') {
        const spread = this.expression(element.argument, scope)
        if (spread.kind !== 'array') return UNKNOWN
        items.push(...spread.items)
      } else items.push(this.expression(element, scope))
    }
    return { kind: 'array', items }
  }

  #object(node: TSESTree.ObjectExpression, scope: Scope): Value {
    const entries = new Map<string, Value>()
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.expression(property.argument, scope)
        if (spread.kind !== 'object') return UNKNOWN
        for (const [key, value] of spread.entries) entries.set(key, value)
        continue
      }
      const { key } = property
      const name =
        property.computed || (key.type !== 'Identifier' && key.type !== 'Literal')
          ? textOfValue(this.expression(key, scope))
          : key.type === 'Identifier'
            ? key.name
            : String(key.value)
      if (name === undefined) return UNKNOWN
      entries.set(name, this.expression(property.value, scope))
    }
    return { kind: 'object', entries }
  }

  #member(node: TSESTree.MemberExpression, scope: Scope): Value {
    const object = this.expression(node.object, scope)
    const name = this.#propertyName(node, scope)
    if (object.kind === 'array' && name !== undefined && /^\d+$/.test(name))
      return object.items[Number(name)] ?? UNDEFINED
    return name === undefined ? UNKNOWN : this.member(object, name)
  }

  #propertyName(node: TSESTree.MemberExpression, scope: Scope): string | undefined {
    if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
    const plain = plainValue(this.expression(node.property, scope))
    return plain === undefined ? undefined : String(plain.value)
  }

  /** What may or may not run leaves a variable that is not known. */
  #assign(name: string, value: Value, scope: Scope): void {
    scope.assign(name, this.#undecided > 0 ? UNKNOWN : value)
  }

  /** What a variable is after `+=`, `-=`, `++` and `--`. */
  #step(variable: TSESTree.Identifier, sign: string, by: Value, scope: Scope): Value {
    const before = this.expression(variable, scope)
    if (before.kind !== 'constant' || by.kind !== 'constant' || !/^[-+]$/.test(sign)) return UNKNOWN
    if (typeof before.value === 'number' && typeof by.value === 'number')
      return { kind: 'constant', value: sign === '+' ? before.value + by.value : before.value - by.value }
    const areTexts = typeof before.value === 'string' && typeof by.value === 'string' && sign === '+'
    return areTexts ? { kind: 'constant', value: `${String(before.value)}${String(by.value)}` } : UNKNOWN
  }

  #binary(node: TSESTree.BinaryExpression, scope: Scope): Value {
    const [left, right] = [this.expression(node.left, scope), this.expression(node.right, scope)]
    if (left.kind === 'condition' && right.kind === 'constant' && typeof right.value === 'boolean') {
      const same = node.operator.startsWith('=') === right.value
      return same ? left : { ...left, sql: `NOT (${left.sql})` }
    }
    if (left.kind !== 'constant' || right.kind !== 'constant') return UNKNOWN
    if (node.operator === '+' && (typeof left.value === 'string' || typeof right.value === 'string')) {
      return { kind: 'constant', value: String(left.value) + String(right.value) }
    }
    if (typeof left.value === 'number' && typeof right.value === 'number') {
      const value = arithmetic(node.operator, left.value, right.value)
      if (value !== undefined) return { kind: 'constant', value }
    }
    if (/^===?$/.test(node.operator)) return { kind: 'constant', value: left.value === right.value }
    return /^!==?$/.test(node.operator) ? { kind: 'constant', value: left.value !== right.value } : UNKNOWN
  }

  #choice(node: TSESTree.LogicalExpression | TSESTree.ConditionalExpression, scope: Scope): Value {
    if (node.type === 'ConditionalExpression') {
      const truth = truthOf(this.expression(node.test, scope))
      if (truth !== undefined) return this.expression(truth ? node.consequent : node.alternate, scope)
      return this.#bothWays(this.expression(node.test, scope), node.consequent, node.alternate, scope)
    }
    const left = this.expression(node.left, scope)
    const truth = truthOf(left)
    if (left.kind === 'condition') {
      const right = this.expression(node.right, scope)
      if (right.kind !== 'condition' || right.table !== left.table) return UNKNOWN
      return {
        ...left,
        sql: `(${left.sql}) ${node.operator === '&&' ? 'AND' : 'OR'} (${right.sql})`,
      }
    }
    if (truth === undefined) return UNKNOWN
    if (node.operator === '??')
      return plainValue(left)?.value == null ? this.expression(node.right, scope) : left
    return truth === (node.operator === '&&') ? this.expression(node.right, scope) : left
  }

  /** `exists ? undefined : knex.schema...`: what each way sends, under its condition. */
  #bothWays(test: Value, then: TSESTree.Expression, otherwise: TSESTree.Expression, scope: Scope): Value {
    this.#decide(
      test,
      this.lineOf(then),
      () => ({ returned: this.expression(then, scope) }),
      () => ({ returned: this.expression(otherwise, scope) }),
      () => undefined,
    )
    return UNKNOWN
  }

  #unary(node: TSESTree.UnaryExpression, scope: Scope): Value {
    const value = this.expression(node.argument, scope)
    if (node.operator === '!') {
      if (value.kind === 'condition') return { ...value, sql: `NOT (${value.sql})` }
      const truth = truthOf(value)
      return truth === undefined ? UNKNOWN : { kind: 'constant', value: !truth }
    }
    if (node.operator === '-' && value.kind === 'constant' && typeof value.value === 'number') {
      return { kind: 'constant', value: -value.value }
    }
    return UNKNOWN
  }

  #call(node: TSESTree.CallExpression, scope: Scope): Value {
    const args = node.arguments.flatMap((argument): Value[] => {
      if (argument.type !== 'SpreadElement') return [this.expression(argument, scope)]
      const spread = this.expression(argument.argument, scope)
      return spread.kind === 'array' ? [...spread.items] : [UNKNOWN]
    })
    const { callee } = node
    if (callee.type === 'MemberExpression') {
      const object = this.expression(callee.object, scope)
      const name = this.#propertyName(callee, scope)
      const isPromise = callee.object.type === 'Identifier' && callee.object.name === 'Promise'
      if (isPromise && /^(?:all|allSettled|resolve)$/.test(name ?? '')) return args[0] ?? UNDEFINED
      if (object.kind === 'builtin') return this.#builtin(`${object.name}.${name}`, args)
      const isObject = callee.object.type === 'Identifier' && callee.object.name === 'Object'
      if (isObject && scope.get('Object') === undefined) return this.#builtin(`Object.${name}`, args)
      const own = object.kind === 'object' && name !== undefined ? object.entries.get(name) : undefined
      if (own?.kind === 'function') return this.call(own, args, node)
      const result = name === undefined ? undefined : callMethod(this, object, name, args, node)
      return result ?? this.#unknownCall(node, [object, ...args])
    }
    const called = this.expression(callee, scope)
    if (called.kind === 'function') return this.call(called, args, node)
    if (called.kind === 'builtin') return this.#builtin(called.name, args)
    if (callee.type === 'Identifier' && callee.name === 'require') return this.#require(textOfValue(args[0]))
    if (called.kind === 'knex' || called.kind === 'rows') return { kind: 'rows' }
    return this.#unknownCall(node, args)
  }

  #builtin(name: string, args: readonly Value[]): Value {
    return callBuiltin(name, args, this.#module) ?? UNKNOWN
  }

  #require(specifier: string | undefined): Value {
    if (specifier === undefined) return UNKNOWN
    const builtin = specifier.replace(/^node:/, '')
    if (isBuiltin(builtin)) return { kind: 'builtin', name: builtin }
    const entries = this.#load(specifier)
    return entries === undefined ? UNKNOWN : { kind: 'object', entries }
  }

  /** A call into code that is not here: what matters is whether it gets a hold of the database. */
  #unknownCall(node: TSESTree.CallExpression, given: readonly Value[]): Value {
    const holds = ({ kind }: Value): boolean => ['knex', 'schema', 'table', 'column'].includes(kind)
    const table = given.find((value) => value.kind === 'table' || value.kind === 'column')
    if (table?.kind === 'table' || table?.kind === 'column') {
      table.builder.unread('this call is not known', this.lineOf(node), this.textOf(node))
    } else if (given.some(holds)) this.unread('what this call does to the database is not known', node)
    return UNKNOWN
  }
}

/** Whether an expression sets the variable `name`. */
function changes(node: TSESTree.Expression | null, name: string): boolean {
  if (node?.type !== 'UpdateExpression' && node?.type !== 'AssignmentExpression') return false
  const target = node.type === 'UpdateExpression' ? node.argument : node.left
  return target.type === 'Identifier' && target.name === name
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    default:
      return undefined
  }
}

function nameIn(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}

/** The names that a declaration declares. */
function namesIn(node: TSESTree.Node): string[] {
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : []
}

function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'constant') return Boolean(value.value)
  return value.kind === 'array' || value.kind === 'object' || value.kind === 'function' ? true : undefined
}
