import { isSurelyDataOnly } from '../other-kinds.js'
import { Thrown } from './machine.js'
import { conditionOf } from './operators.js'
import { onLine } from './text.js'
import { settled, type Asked, type ConditionValue, type Step, type Value } from './values.js'

export type SqlStep = Extract<Step, { sql: string }>

/** A way out of a part of a function, other than over its end. */
export type Exit =
  | { readonly is: 'return'; readonly value: Value }
  | { readonly is: 'break' | 'continue'; readonly label: string | undefined }

/** How a part of a function ended: by which exits, and whether it may also have come to its end. Undefined: at its end. */
export type Completion = { readonly exits: readonly Exit[]; readonly goesOn: boolean } | undefined

/** A part of a function that runs when it is asked to. */
export type Part = () => Completion

/** How one of several parts ended. */
export function oneOf(...completions: readonly Completion[]): Completion {
  const exits = completions.flatMap((completion) => completion?.exits ?? [])
  const goesOn = completions.some((completion) => completion?.goesOn ?? true)
  return exits.length === 0 && goesOn ? undefined : { exits, goesOn }
}

/** How one part and then another ended: `after` is of the second, which runs where the first may go on. */
export function oneAfter(first: Completion, after: Completion): Completion {
  return oneOf({ exits: first?.exits ?? [], goesOn: false }, after)
}

/** Whether a statement has a name in it. */
export function names(sql: string, name: string): boolean {
  return new RegExp(`(?<!\\w)${name.replace(/\W/g, '\\$&')}(?!\\w)`, 'i').test(sql)
}

/** What in a block is called otherwise. */
const QUERY = /(?<=^\s*)select\b/i

/** Whether a statement may change whether there is such a table or column. */
function mayChange(sql: string, { table, column }: Asked): boolean {
  if (!names(sql, table)) return false
  return (
    column === undefined ||
    names(sql, column) ||
    !/^\s*(?:alter\s+table\b(?!.*\brename\b)|select\b)/is.test(sql)
  )
}

/** Why something is unread that a condition decides on. */
export const BY_CONDITION = 'it depends on a condition that is not decided'

/** A step as something that is not read. */
export function asUnread(step: Step, reason: string): Step {
  return 'unread' in step ? step : { unread: reason, line: step.line, text: step.sql, statement: step.sql }
}

/** A change of what the code knows, made in a part that may or may not run. */
export interface Change {
  undo(): void
  /** What is left where it may or may not have been made. */
  settle(): void
  /** Whether it changes a value, which a later turn of a loop sees. */
  readonly isOfValue: boolean
}

/** A part that may or may not run: it does where the condition `holds`, or does not; undefined where that is not known. */
export interface Branch {
  readonly condition: ConditionValue | undefined
  readonly holds: boolean
}

const UNDECIDED: Branch = { condition: undefined, holds: true }

/** What a part came to, which was set apart. */
interface Run {
  readonly steps: readonly Step[]
  readonly changes: readonly Change[]
  readonly completion: Completion
  /** Whether it surely throws. */
  readonly threw: boolean
}

/** The steps of a migration as they come: those of parts that may or may not run are set apart, then decided on. */
export class Steps {
  #steps: Step[] = []
  /** All statements sent so far, those of branches too; undefined for one that is not known. */
  readonly #sent: (string | undefined)[] = []
  #guards = 0
  /** Of each part around that may or may not run: what it changed. */
  readonly #changes: Change[][] = []
  /** Whether what is sent is one transaction. */
  isTransaction = true
  /** The parts around that may or may not run. */
  readonly #branches: Branch[] = []
  /** How many `try` are around. */
  #tries = 0
  /** Whether what the innermost `try` is around may throw. */
  #mayThrow = false

  get all(): readonly Step[] {
    return this.#steps
  }

  /** How many statements were sent. */
  get sentCount(): number {
    return this.#sent.length
  }

  /** The parts around that may or may not run, from the one at `depth` on. */
  branchesFrom(depth: number): readonly Branch[] {
    return this.#branches.slice(depth)
  }

  /** How many parts around may or may not run. */
  get depth(): number {
    return this.#changes.length
  }

  add(...steps: readonly Step[]): void {
    this.#steps.push(...steps)
  }

  /** Something unread, which may have done anything. */
  unread(step: Extract<Step, { unread: string }>): void {
    this.add(step)
    this.#sent.push(undefined)
  }

  /** Notes that what was sent so far is undone: as unread, since it is not known how far back that goes. */
  rolledBack(reason: string): void {
    this.#steps = this.#steps.map((step) => asUnread(step, reason))
  }

  /** Notes a change that was just made. */
  changed(change: Change): void {
    this.#changes.at(-1)?.push(change)
  }

  /** Notes that what the innermost `try` is around may throw. */
  mayThrow(): void {
    this.#mayThrow = true
  }

  /** What happens when a value is awaited, returned from `up`, or gets a `.then`. */
  send(value: Value): void {
    if (value.kind === 'raw') this.#sendRaw(value)
    else if (value.kind === 'choice') {
      const [yes, no] = value.values.map((one) => () => {
        this.send(one)
        return undefined
      })
      this.decide(value.condition, value.line, yes!, no!)
    } else if (value.kind === 'tool') this.sendAll(value.object.sent?.() ?? [])
  }

  /** Sends steps, one after another. */
  sendAll(steps: readonly Step[]): void {
    this.add(...steps)
    this.#sent.push(...steps.map((step) => ('sql' in step ? step.sql : undefined)))
  }

  #sendRaw({ sql, line, text, file, statement }: Extract<Value, { kind: 'raw' }>): void {
    if (sql !== undefined) {
      this.add({ sql, line, ...(file === undefined ? {} : { file }) })
      this.#sent.push(sql)
    } else if (!isSurelyDataOnly(`raw(${text})`, 'JavaScript'))
      this.unread({ unread: 'a raw statement is not constant', line, text, ...(statement && { statement }) })
  }

  /** Notes what a part would send as unread. */
  uncertain(reason: string, part: Part): Completion {
    const run = this.#collect(part)
    return this.#accept(reason, run)
  }

  #accept(reason: string, run: Run): Completion {
    this.#settle(run)
    if (run.threw && this.#tries === 0) return undefined
    if (run.threw) this.#mayThrow = true
    this.#addUnread(run.steps, reason)
    return oneOf(run.completion, undefined)
  }

  /** Like `uncertain`, of a part that may run several times: what it changes is not known from its start on. */
  repeated(reason: string, part: Part): Completion {
    const rehearsal = this.#collect(part)
    for (const change of rehearsal.changes) if (change.isOfValue) this.#settleOne(change)
    return this.uncertain(reason, part)
  }

  /**
   * Notes what two branches send as one statement that decides between them. Where one of them leaves the code around,
   * `rest` runs in the other; then `tookRest`. What a branch returns is sent in it. One that throws is not taken: what is
   * replayed are migrations that ran.
   */
  decide(
    condition: Value,
    line: number,
    then: Part,
    otherwise: Part,
    rest: Part = () => undefined,
  ): { completion: Completion; tookRest: boolean } {
    const asked = conditionOf(condition)
    const deciding = asked?.isAwaited === true && !this.#isStale(asked) ? asked : undefined
    const [yes, no] = [true, false].map((holds): Branch => ({ condition: deciding, holds }))
    let runs = [this.#collect(then, yes), this.#collect(otherwise, no)] as const
    if (runs.some(({ threw }) => threw)) {
      this.#mayThrow = true
      return { completion: runs[0].threw ? otherwise() : then(), tookRest: false }
    }
    const tookRest = runs.some(({ completion }) => completion !== undefined)
    if (tookRest) {
      runs = [this.#withRest(runs[0], then, rest, yes!), this.#withRest(runs[1], otherwise, rest, no!)]
    }
    const [first, second] = runs
    this.#settle(first, second)
    if (first.threw && second.threw) throw new Thrown(line, '')
    const taken = runs.filter(({ threw }) => !threw)
    if (taken.length === 1) this.add(...taken[0]!.steps)
    else if (deciding) this.#choose(deciding, line, first.steps, second.steps)
    else this.#addUnread([...first.steps, ...second.steps], BY_CONDITION)
    return { completion: oneOf(...taken.map(({ completion }) => completion)), tookRest }
  }

  /** A branch again, with what follows it where it may go on. */
  #withRest(run: Run, part: Part, rest: Part, branch: Branch): Run {
    const { completion } = run
    if (completion?.goesOn === false) return run
    return this.#collect(() => {
      const ended = part()
      const after = ended === undefined ? rest() : this.uncertain(BY_CONDITION, rest)
      return oneAfter(ended, after)
    }, branch)
  }

  /**
   * Runs `body`, with `handler` for what it throws. What Postgres refuses in a transaction comes to nothing whatever the
   * handler does, so `body` counts as done; where it may throw otherwise, it may be done in part.
   */
  attempt(body: Part, handler: Part): Completion {
    const before = this.#mayThrow
    this.#mayThrow = false
    this.#tries++
    const rehearsal = this.#collect(body)
    this.#tries--
    const mayThrow = this.#mayThrow || (!this.isTransaction && rehearsal.steps.length > 1)
    this.#mayThrow = before
    if (rehearsal.threw) return this.#caught(body, handler)
    const caught = this.#collect(handler)
    if (!mayThrow || caught.threw) {
      if (mayThrow) this.#mayThrow = true
      const completion = body()
      if (!caught.threw) this.#accept('it runs where something fails', caught)
      return completion
    }
    const done = this.uncertain('it runs where nothing fails before', body)
    return oneOf(done, this.uncertain('it runs where something fails', handler))
  }

  /** Runs `body` up to where it throws, then `handler`. */
  #caught(body: Part, handler: Part): Completion {
    this.#tries++
    try {
      return body()
    } catch (error) {
      if (!(error instanceof Thrown)) throw error
    } finally {
      this.#tries--
    }
    return handler()
  }

  /** Adds a statement that decides between two branches. */
  #choose({ sql }: ConditionValue, line: number, first: readonly Step[], second: readonly Step[]): void {
    this.add(...[...first, ...second].filter((step) => 'unread' in step))
    const [yes, no] = [first, second].map((steps) => steps.filter((step) => 'sql' in step))
    if (yes!.length + no!.length > 0) this.add(this.block(sql, line, yes!, no!))
  }

  /** `DO` that decides by a condition, each statement on its own line of the file. */
  block(condition: string, line: number, yes: readonly SqlStep[], no: readonly SqlStep[] = []): Step {
    const tag = `$guard${++this.#guards}$`
    let text = `DO ${tag} BEGIN IF ${condition} THEN`
    let current = line
    const add = (part: string, at: number): void => {
      text += ` ${onLine(part.replace(QUERY, 'PERFORM'), current, at)}`
      current = Math.max(current, at) + part.split('\n').length - 1
    }
    for (const step of yes) add(step.sql.replace(/;?\s*$/, ';'), step.line)
    if (no.length > 0) add('ELSE', current)
    for (const step of no) add(step.sql.replace(/;?\s*$/, ';'), step.line)
    return { sql: `${text} END IF; END ${tag}`, line }
  }

  /** True where what a condition asks about was changed since it was asked. */
  #isStale({ about, after }: ConditionValue): boolean {
    const changes = (sql: string): boolean =>
      /\bschema\b|search_path/i.test(sql) || about.some((one) => mayChange(sql, one))
    return this.#sent.slice(after).some((sql) => sql === undefined || changes(sql))
  }

  #addUnread(steps: readonly Step[], reason: string): void {
    for (const step of steps) this.add(asUnread(step, reason))
  }

  #settle(...runs: readonly Run[]): void {
    for (const { changes } of runs) for (const change of changes) this.#settleOne(change)
  }

  #settleOne(change: Change): void {
    change.settle()
    this.changed(change)
  }

  /** What a part that may or may not run sends and changes, set apart; what it changed is as before then. */
  #collect(part: Part, branch = UNDECIDED): Run {
    const before = this.#steps
    const steps: Step[] = []
    const changes: Change[] = []
    this.#steps = steps
    this.#changes.push(changes)
    this.#branches.push(branch)
    try {
      return { steps, changes, completion: this.#sentExits(part()), threw: false }
    } catch (error) {
      if (!(error instanceof Thrown)) throw error
      return { steps, changes, completion: undefined, threw: true }
    } finally {
      this.#steps = before
      this.#changes.pop()
      this.#branches.pop()
      for (const change of changes.toReversed()) change.undo()
    }
  }

  /** Sends what a part returns. */
  #sentExits(completion: Completion): Completion {
    if (completion === undefined) return undefined
    const exits = completion.exits.map((exit): Exit => {
      if (exit.is !== 'return') return exit
      this.send(exit.value)
      return { is: 'return', value: settled(exit.value) }
    })
    return { exits, goesOn: completion.goesOn }
  }
}
