import { isSurelyDataOnly } from '../other-kinds.js'
import { onLine } from './sql.js'
import type { Step, Value } from './values.js'

type SqlStep = Extract<Step, { sql: string }>

/** How a part of a function ended: `returned` where it was a return. */
export type Completion = { readonly returned: Value } | undefined

/** A part of a function that runs when it is asked to. */
export type Part = () => Completion

/** The steps of a migration as they come: those of parts that may or may not run are set apart, then decided on. */
export class Steps {
  #steps: Step[] = []
  /** All statements sent so far, those of branches too. */
  readonly #sent: string[] = []
  #guards = 0
  /** How many parts around may or may not run. */
  #undecided = 0

  get all(): readonly Step[] {
    return this.#steps
  }

  /** How many statements were sent. */
  get sentCount(): number {
    return this.#sent.length
  }

  /** Whether what runs now may or may not run. */
  get isUndecided(): boolean {
    return this.#undecided > 0
  }

  add(...steps: readonly Step[]): void {
    this.#steps.push(...steps)
  }

  /** What happens when a value is awaited, returned from `up`, or gets a `.then`. */
  send(value: Value): void {
    if (value.kind === 'array') value.items.forEach((item) => this.send(item))
    else if (value.kind === 'raw') this.#sendRaw(value)
    else if (value.kind === 'schema') {
      this.add(...value.steps)
      this.#sent.push(...value.steps.map((step) => ('sql' in step ? step.sql : step.text)))
    }
  }

  #sendRaw({ sql, line, text, file }: Extract<Value, { kind: 'raw' }>): void {
    if (sql !== undefined) this.add({ sql, line, ...(file === undefined ? {} : { file }) })
    else if (!isSurelyDataOnly(text, 'JavaScript'))
      this.add({ unread: 'a raw statement is not constant', line, text })
  }

  /** Notes what a part would send as unread. */
  uncertain(reason: string, part: Part): Completion {
    const { steps, completion } = this.#collect(part)
    this.#addUnread(steps, reason)
    return completion
  }

  /**
   * Notes what two branches send as one statement that decides between them. Where one of them ends the function, `rest`
   * belongs to the other; then true. What a branch returns is sent in it.
   */
  decide(condition: Value, line: number, then: Part, otherwise: Part, rest: Part): boolean {
    const decides = condition.kind === 'condition' && !this.#isStale(condition)
    const first = this.#collect(then)
    const second = this.#collect(otherwise)
    const ended = first.completion !== undefined || second.completion !== undefined
    if (ended && first.completion === undefined) first.steps.push(...this.#collect(rest).steps)
    if (ended && second.completion === undefined) second.steps.push(...this.#collect(rest).steps)
    const all = [...first.steps, ...second.steps]
    if (!decides) {
      this.#addUnread(all, 'it depends on a condition')
      return ended
    }
    this.add(...all.filter((step) => 'unread' in step))
    const [yes, no] = [first, second].map(({ steps }) => steps.filter((step) => 'sql' in step))
    if (yes!.length + no!.length > 0) this.add(this.#choose(condition.sql, line, yes!, no!))
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

  #addUnread(steps: readonly Step[], reason: string): void {
    for (const step of steps) {
      const unread = `${reason} that is not decided`
      this.add('unread' in step ? step : { unread, line: step.line, text: step.sql })
    }
  }

  /** The steps of a part that may or may not run, set apart. */
  #collect(part: Part): { steps: Step[]; completion: Completion } {
    const before = this.#steps
    const steps: Step[] = []
    this.#steps = steps
    this.#undecided++
    try {
      const completion = part()
      if (completion !== undefined) this.send(completion.returned)
      return { steps, completion }
    } finally {
      this.#steps = before
      this.#undecided--
    }
  }
}
