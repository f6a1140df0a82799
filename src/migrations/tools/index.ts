import type { Folder, MigrationTool } from '../migration.js'
import { drizzle } from './drizzle.js'
import { golangMigrate } from './golang-migrate.js'
import { goose } from './goose.js'
import { plain } from './plain.js'
import { prisma } from './prisma.js'
import { supabase } from './supabase.js'

/** All tools, those with the surest marks first: the first whose marks a folder bears reads it. */
export const tools: readonly MigrationTool[] = [drizzle, prisma, supabase, goose, golangMigrate, plain]

/** The tool that goes by `name` in the settings. */
export function toolNamed(name: string): MigrationTool | undefined {
  return tools.find((tool) => tool.name === name)
}

/** The tool whose marks `folder` bears; undefined where it holds no migrations. */
export function toolOf(folder: Folder): MigrationTool | undefined {
  return tools.find((tool) => tool.matches(folder))
}
