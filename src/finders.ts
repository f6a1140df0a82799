/** Finding uses and mirrors in files that may have some by their text. See {@link findersOnDemand}. */
export { findBuilderUses } from './code/builders/index.js'
export { additions, removal } from './code/mirrors/edits.js'
export { driftOf } from './code/mirrors/drift.js'
export { findMirrors } from './code/mirrors/index.js'
export { namedMirrors } from './code/mirrors/members.js'
export { findIncomplete } from './code/rows/exhaustive.js'
export { findRowUses } from './code/rows/index.js'
export { usesOfUnit } from './code/sql/unit.js'
