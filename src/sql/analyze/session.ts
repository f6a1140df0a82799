import type { CreateTrigStmt } from '@pgsql/types'
import type { Relation } from '../../catalog/model.js'
import type { TypeId } from './types.js'
import { stringList } from './types.js'

/** What earlier statements of a text leave for later ones, beside the catalog. */
export class Session {
  /** Parameter types of prepared statements. */
  readonly prepared = new Map<string, readonly TypeId[]>()
  /** Triggers of this text that call a function, by the function's name without schema. */
  readonly triggers = new Map<string, CreateTrigStmt[]>()

  constructor(
    /** Tables whose triggers call a function, where the caller knows: names without schema as Postgres folds them. */
    readonly triggerTables: (functionName: string) => readonly Relation[] = () => [],
  ) {}

  addTrigger(trigger: CreateTrigStmt): void {
    const name = stringList(trigger.funcname).at(-1)
    if (name === undefined || trigger.relation === undefined) return
    const list = this.triggers.get(name)
    if (list === undefined) this.triggers.set(name, [trigger])
    else list.push(trigger)
  }
}
