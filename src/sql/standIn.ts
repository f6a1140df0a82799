/** Stands in a statement for a value that is not known: a name, or a part of one. */
export const STAND_IN = 'unknown'
