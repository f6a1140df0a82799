/** What the rest of the plugin takes from here: finding a project's migrations, reading them, knowing when they changed. */
export { findMigrations, MigrationFinder, type Discovery, type FoundLocation } from './find.js'
export { digest, fingerprint } from './fingerprint.js'
export { migrationIndex, readMigrationSet, type MigrationLocation } from './set.js'
