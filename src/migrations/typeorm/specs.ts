import { textOfValue, textsOfValue, type Value } from '../program/values.js'
import { tableNameOf, type TableName } from './names.js'

/** What of `new TableColumn({...})` counts. */
export interface ColumnSpec {
  readonly name: string
  /** Undefined where it is not known. */
  readonly type: string | undefined
  readonly enum: readonly string[] | undefined
  readonly enumName: string | undefined
  readonly isEnum: boolean
  readonly isArray: boolean
  readonly isNullable: boolean | undefined
  readonly isUnique: boolean
  readonly isPrimary: boolean
  readonly primaryKeyName: string | undefined
  readonly generation: string | undefined
  readonly length: string
  readonly precision: string | undefined
  readonly scale: string | undefined
  readonly default: string | undefined
  readonly asExpression: string | undefined
}

/** The entry of an object; undefined where it has none, or is none. */
export function field(value: Value | undefined, name: string): Value | undefined {
  if (value?.kind !== 'object') return undefined
  const own = value.entries.get(name)
  return own?.kind === 'constant' && own.value == null ? undefined : own
}

/** A text, or what else a template would make a text of. */
function textIn(value: Value | undefined, name: string): string | undefined {
  const given = field(value, name)
  return given?.kind === 'constant' ? String(given.value) : undefined
}

function flagIn(value: Value | undefined, name: string): boolean {
  const given = field(value, name)
  return given?.kind === 'constant' && given.value === true
}

/** The items of an array; undefined where it is none that is known. */
export function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === 'array' ? value.items : undefined
}

/** A column as an object of options gives it, or why it is not known: a sentence fragment. */
export function columnOf(value: Value | undefined): ColumnSpec | string {
  const name = textOfValue(field(value, 'name'))
  if (name === undefined) return 'the name of a column is not constant'
  const type = textOfValue(field(value, 'type'))
  const given = field(value, 'enum')
  const isEnum = type === undefined ? given !== undefined : /^(?:simple-)?enum$/.test(type)
  const values = textsOfValue(given)
  if (isEnum && values === undefined) return `the values of ${name} are not constant`
  if (type === undefined && !isEnum) return `the type of ${name} is not constant`
  const isGenerated = field(value, 'isGenerated')
  const generation = textIn(value, 'generationStrategy')
  return {
    name,
    type,
    enum: isEnum ? values : undefined,
    enumName: textIn(value, 'enumName'),
    isEnum,
    isArray: flagIn(value, 'isArray'),
    isNullable: flagIn(value, 'isNullable'),
    isUnique: flagIn(value, 'isUnique'),
    isPrimary: flagIn(value, 'isPrimary'),
    primaryKeyName: textIn(value, 'primaryKeyConstraintName'),
    generation: isGenerated === undefined ? undefined : (generation ?? 'increment'),
    length: textIn(value, 'length') ?? '',
    precision: textIn(value, 'precision'),
    scale: textIn(value, 'scale'),
    default: textIn(value, 'default'),
    asExpression: textIn(value, 'generatedType') === 'STORED' ? textIn(value, 'asExpression') : undefined,
  }
}

/** The table that a first argument is: its path, or an object of options. */
export function tableOf(value: Value | undefined): TableName | undefined {
  const path = textOfValue(value) ?? textOfValue(nameOf(value))
  return path === undefined ? undefined : tableNameOf(path, textIn(value, 'schema'))
}

/** What an object, also one that was loaded, has as its name. */
export function nameOf(value: Value | undefined): Value | undefined {
  if (value?.kind === 'tool') return value.object.named
  return field(value, 'name')
}

/** The name that an argument is, or that an object has. */
export function givenName(value: Value | undefined): string | undefined {
  return textOfValue(value) ?? textOfValue(nameOf(value))
}
