import * as finders from './finders.js'
import * as parts from './parts.js'

/**
 * What most runs do not need, because the migrations are as they were and no string in SQL looks wrong. In the package this module is
 * another, which loads the file of these parts when it is first called: see rolldown.config.js.
 */
export function onDemand(): typeof parts {
  return parts
}

/** What most files do not need. In the package it is loaded as the parts are: see {@link onDemand}. */
export function findersOnDemand(): typeof finders {
  return finders
}
