import type { Machine } from '../program/machine.js'
import { toolValue, type ToolObject } from '../program/tool.js'
import { textOfValue, textsOfValue, plainValue, type Value } from '../program/values.js'

/** What types are called in Postgres, where that is not as Sequelize calls them. */
const NAMES: Readonly<Record<string, string>> = {
  DOUBLE: 'DOUBLE PRECISION',
  NUMERIC: 'DECIMAL',
  DATE: 'TIMESTAMP WITH TIME ZONE',
  DATEONLY: 'DATE',
  BLOB: 'BYTEA',
}

const TYPES =
  /^(?:STRING|CHAR|TEXT|CITEXT|TINYINT|SMALLINT|MEDIUMINT|INTEGER|BIGINT|FLOAT|REAL|DOUBLE|DECIMAL|NUMERIC|BOOLEAN|TIME|DATE|DATEONLY|HSTORE|JSON|JSONB|BLOB|RANGE|UUID|ENUM|ARRAY|GEOMETRY|GEOGRAPHY|CIDR|INET|MACADDR|TSVECTOR)$/

/** What a range is of, and what it is called then. */
const RANGES: Readonly<Record<string, string>> = {
  INTEGER: 'int4range',
  BIGINT: 'int8range',
  DECIMAL: 'numrange',
  DATE: 'tstzrange',
  DATEONLY: 'daterange',
}

/** A data type of Sequelize's: `Sequelize.STRING`, `DataTypes.ENUM('a', 'b')`. Source: Sequelize 6, `data-types.js`. */
export class DataType implements ToolObject {
  readonly reaches = false

  constructor(
    readonly key: string,
    private readonly args: readonly Value[] = [],
  ) {}

  call(_: Machine, args: readonly Value[]): Value {
    return toolValue(new DataType(this.key, args))
  }

  create(_: Machine, args: readonly Value[]): Value {
    return this.call(_, args)
  }

  /** `STRING.BINARY`, `INTEGER.UNSIGNED`: of these only the first is another type in Postgres. */
  member(_: Machine, name: string): Value {
    return toolValue(name === 'BINARY' ? new DataType('BLOB') : this)
  }

  method(_: Machine, name: string, args: readonly Value[]): Value {
    return name === 'BINARY'
      ? toolValue(new DataType('BLOB'))
      : this.call(_, this.args.length > 0 ? this.args : args)
  }

  /** The values that an enum is given; undefined where they are not constant. */
  get values(): readonly string[] | undefined {
    const [first] = this.args
    if (first?.kind === 'object') return textsOfValue(first.entries.get('values'))
    if (first?.kind === 'array') return textsOfValue(first)
    const texts = this.args.map(textOfValue)
    return texts.includes(undefined) ? undefined : (texts as string[])
  }

  /** What an array is of; undefined where that is not known. */
  get item(): DataType | undefined {
    const [first] = this.args
    return first?.kind === 'tool' && first.object instanceof DataType ? first.object : undefined
  }

  /** The type as Sequelize writes it; undefined where it is not known. Of an enum the name is not known here. */
  get sql(): string | undefined {
    const numbers = this.args.map((arg) => plainValue(arg)?.value).filter((size) => typeof size === 'number')
    switch (this.key) {
      case 'ARRAY': {
        const item = this.item?.sql
        return item && `${item}[]`
      }
      case 'STRING':
        return `VARCHAR(${numbers[0] ?? 255})`
      case 'CHAR':
        return `CHAR(${numbers[0] ?? 255})`
      case 'RANGE':
        return RANGES[this.item?.key ?? 'INTEGER']
      case 'DECIMAL':
      case 'NUMERIC':
        return numbers.length === 0 ? 'DECIMAL' : `DECIMAL(${numbers.join(',')})`
      case 'ENUM':
        return undefined
      default:
        return NAMES[this.key] ?? this.key
    }
  }
}

/** `Sequelize.<name>`; undefined where that is no data type. */
export function dataType(name: string): Value | undefined {
  return TYPES.test(name) ? toolValue(new DataType(name)) : undefined
}
