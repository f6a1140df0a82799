import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { CodeContext } from '../context.js'

/** A field of a model in schema.prisma. */
export interface PrismaField {
  readonly name: string
  /** The scalar, enum or model it is of. */
  readonly type: string
  /** The name in the database: what `@map` gives. */
  readonly column: string
}

export interface PrismaModel {
  readonly name: string
  /** What `@@map` and `@@schema` give. */
  readonly table: string
  readonly schema?: string
  readonly fields: ReadonlyMap<string, PrismaField>
}

export interface PrismaSchema {
  /** By the name that the client has for a model: `workspace` for `model Workspace`. */
  readonly accessors: ReadonlyMap<string, PrismaModel>
  readonly models: ReadonlyMap<string, PrismaModel>
  /** The values of each enum, by the name in code: the value in the database, which `@map` may change. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Reads the text of schema.prisma files. Never throws; what it does not know it leaves out. https://www.prisma.io/docs/orm/reference/prisma-schema-reference */
export function parsePrismaSchema(text: string): PrismaSchema {
  const models = new Map<string, PrismaModel>()
  const enums = new Map<string, ReadonlyMap<string, string>>()
  const plain = text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, quoted?: string) => quoted ?? '',
  )
  for (const [, kind, name, body] of plain.matchAll(
    /^[ \t]*(model|view|enum)\s+(\w+)\s*\{([\s\S]*?)^[ \t]*\}/gm,
  )) {
    const lines = body!.split('\n').map((line) => line.trim())
    if (kind === 'enum') enums.set(name!, valuesOf(lines))
    else models.set(name!, modelOf(name!, lines))
  }
  const accessors = new Map(
    [...models].map(([name, model]) => [name.charAt(0).toLowerCase() + name.slice(1), model]),
  )
  return { accessors, models, enums }
}

function valuesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of lines) {
    const name = /^\w+/.exec(line)?.[0]
    if (name !== undefined) values.set(name, attribute(line, '@map') ?? name)
  }
  return values
}

function modelOf(name: string, lines: readonly string[]): PrismaModel {
  const fields = new Map<string, PrismaField>()
  let table = name
  let schema: string | undefined
  for (const line of lines) {
    if (line.startsWith('@@')) {
      table = attribute(line, '@@map') ?? table
      schema = attribute(line, '@@schema') ?? schema
      continue
    }
    const [, field, type] = /^(\w+)\s+(\w+)/.exec(line) ?? []
    if (field === undefined || type === undefined) continue
    fields.set(field, { name: field, type, column: attribute(line, '@map') ?? field })
  }
  return { name, table, ...(schema !== undefined && { schema }), fields }
}

/** The string of `@map("x")` and `@map(name: "x")`. */
function attribute(line: string, name: string): string | undefined {
  const escaped = new RegExp(`(?<![@\\w])${name}\\s*\\(\\s*(?:name\\s*:\\s*)?"((?:[^"\\\\]|\\\\.)*)"`)
  return escaped.exec(line)?.[1]
}

interface Read {
  readonly stamp: string
  readonly schema: PrismaSchema
}

const read = new Map<string, Read>()

/**
 * The schema.prisma of the linted file's database: beside the migrations, else the nearest one above the file. Undefined
 * where there is none. Read again when its time or size changes. Never throws.
 */
export function prismaSchemaOf({ project }: CodeContext, filename: string): PrismaSchema | undefined {
  for (const folder of folders(project, filename)) {
    const files = schemaFiles(folder)
    if (files.length === 0) continue
    const stamp = files.map(({ path, stamp: one }) => `${path} ${one}`).join('\n')
    const known = read.get(folder)
    if (known?.stamp === stamp) return known.schema
    try {
      const schema = parsePrismaSchema(files.map(({ path }) => readFileSync(path, 'utf8')).join('\n'))
      read.set(folder, { stamp, schema })
      return schema
    } catch {
      return undefined
    }
  }
  return undefined
}

function* folders(project: CodeContext['project'], filename: string): Generator<string> {
  // The folder above `migrations`, as any fact of the catalog names its file.
  for (const { origin } of project.catalog?.relations() ?? []) {
    const at = origin.file.split('/').lastIndexOf('migrations')
    if (at >= 0) yield resolve(project.root, ...origin.file.split('/').slice(0, at))
    break
  }
  for (let folder = dirname(filename); ; folder = dirname(folder)) {
    yield join(folder, 'prisma')
    yield folder
    if (dirname(folder) === folder) return
  }
}

/** `schema.prisma` in a folder, or all `.prisma` files of it and of its folder `schema`. */
function schemaFiles(folder: string): { readonly path: string; readonly stamp: string }[] {
  const found: { path: string; stamp: string }[] = []
  for (const place of [folder, join(folder, 'schema')]) {
    for (const name of prismaFiles(place)) {
      const path = join(place, name)
      try {
        const { mtimeMs, size } = statSync(path)
        found.push({ path, stamp: `${String(mtimeMs)} ${String(size)}` })
      } catch {
        // Gone since the folder was listed.
      }
    }
  }
  return found
}

function prismaFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.prisma'))
      .sort()
  } catch {
    return []
  }
}
