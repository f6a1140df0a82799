import type { Oid } from './model.js'
import type { References, StoredColumn, StoredConstraint, StoredRelation } from './stored.js'

/** Objects that migrations make are numbered from here on; Postgres's own come before. */
export const FIRST_OID: Oid = 100_000

/**
 * For each object the relations that name it, or once did: as the type of a column, in an expression, a query, a key, as parent
 * or owner. A superset that is never taken back, so that a rollback need not know of it; who asks looks at the relation itself.
 */
export class Mentions {
  readonly #relations = new Map<Oid, Set<Oid>>()

  /** The relations that may name `object`, in the order in which they were made. */
  of(object: Oid): readonly Oid[] {
    const relations = this.#relations.get(object)
    return relations === undefined ? [] : [...relations].sort((a, b) => a - b)
  }

  /** Takes in a relation, or what is new about it. */
  addRelation(relation: StoredRelation, before?: StoredRelation): void {
    const { oid, columns, constraints, view, index, owner, ofType, parents } = relation
    if (columns !== before?.columns) for (const column of columns) this.addColumn(oid, column)
    if (constraints !== before?.constraints) for (const each of constraints) this.addConstraint(oid, each)
    if (parents !== before?.parents) for (const parent of parents) this.#add(parent, oid)
    if (view !== undefined && view !== before?.view) {
      this.#addReferences(view, oid)
      for (const read of view.reads) this.#add(read.relation, oid)
    }
    if (index !== undefined && index !== before?.index) {
      this.#add(index.table, oid)
      if (index.parent !== undefined) this.#add(index.parent, oid)
      this.#addReferences(index.references, oid)
    }
    if (owner !== undefined) this.#add(owner.relation, oid)
    if (ofType !== undefined) this.#add(ofType, oid)
  }

  addColumn(relation: Oid, column: StoredColumn): void {
    this.#add(column.type.oid, relation)
    if (column.default !== undefined) this.#addReferences(column.default, relation)
  }

  addConstraint(relation: Oid, constraint: StoredConstraint): void {
    if (constraint.kind === 'check') return this.#addReferences(constraint.references, relation)
    if (constraint.index !== undefined) this.#add(constraint.index, relation)
    const { target } = constraint
    if (target === undefined) return
    this.#add(target.relation, relation)
    if (target.index !== undefined) this.#add(target.index, relation)
  }

  #addReferences({ types, functions, operators, sequences }: References, relation: Oid): void {
    for (const type of types) this.#add(type, relation)
    for (const each of functions) this.#add(each, relation)
    for (const operator of operators) this.#add(operator, relation)
    for (const sequence of sequences) this.#add(sequence, relation)
  }

  #add(object: Oid, relation: Oid): void {
    if (object < FIRST_OID) return
    const relations = this.#relations.get(object)
    if (relations === undefined) this.#relations.set(object, new Set([relation]))
    else relations.add(relation)
  }
}
