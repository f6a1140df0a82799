import type { Action } from '../ddl/step.js'
import { withoutPositions } from '../ddl/expressions.js'
import { parsePlpgsql, parseSql, type Node } from '../parser.js'
import { Unreadable } from '../unreadable.js'
import type { Block, BlockExpression, BlockStatement } from './block.js'
import type { QueryTree } from './tree.js'

/** Turns a statement within a body into actions; `line` is relative to the block's first. */
export type ReadActions = (text: string, line: number) => readonly Action[]

type Json = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown): Json {
  return isObject(value) ? value : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The one entry of a wrapped node, `{ Kind: {...} }`. */
function unwrap(node: unknown): readonly [kind: string, value: Json] {
  const entry = Object.entries(object(node))[0]
  return entry === undefined ? ['', {}] : [entry[0], object(entry[1])]
}

function queryText(node: unknown): string | undefined {
  return text(unwrap(node)[1]['query'])
}

/** The tree of an expression's text; undefined where it can't be read. */
export function parseExpression(expression: string): BlockExpression {
  const parsed = parseSql(`SELECT ${expression}`)
  if (parsed instanceof Unreadable || parsed.length !== 1) return undefined
  const statement = parsed[0]?.stmt
  if (statement === undefined || !('SelectStmt' in statement)) return undefined
  const { targetList, fromClause } = statement.SelectStmt
  // PL/pgSQL allows `x FROM t` as an expression: then it is a query of one value.
  if (fromClause !== undefined)
    return withoutPositions({ SubLink: { subLinkType: 'EXPR_SUBLINK', subselect: statement } })
  const target = targetList?.[0]
  if (target === undefined || !('ResTarget' in target) || targetList?.length !== 1) return undefined
  return withoutPositions(target.ResTarget.val)
}

/** The tree of a query's text; undefined for what is no SELECT. */
export function parseQuery(query: string): QueryTree | undefined {
  const parsed = parseSql(query)
  if (parsed instanceof Unreadable || parsed.length !== 1) return undefined
  const statement = parsed[0]?.stmt
  if (statement === undefined || !('SelectStmt' in statement)) return undefined
  return withoutPositions(statement)
}

/** PLPGSQL_RAISEOPTION_ERRCODE of plpgsql.h. */
const ERRCODE_OPTION = 0

/** RAISE levels of elog.h from which on it is an error. */
const ERROR_LEVEL = 21

class BlockReader {
  constructor(
    readonly datums: readonly unknown[],
    readonly readActions: ReadActions,
  ) {}

  /** The name of a variable by its number. */
  name(number: unknown): string {
    const [kind, value] = unwrap(this.datums[typeof number === 'number' ? number : 0])
    if (kind === 'PLpgSQL_recfield') {
      return `${this.name(value['recparentno'])}.${text(value['fieldname']) ?? ''}`
    }
    return text(value['refname']) ?? ''
  }

  expression(node: unknown): BlockExpression {
    const source = queryText(node)
    return source === undefined ? undefined : parseExpression(source)
  }

  body(nodes: unknown): readonly BlockStatement[] {
    return list(nodes).flatMap((node) => this.statement(...unwrap(node)))
  }

  targets(node: unknown): { targets: readonly string[]; record: boolean } {
    const [kind, value] = unwrap(node)
    if (kind === 'PLpgSQL_row') {
      return {
        targets: list(value['fields']).map((field) => this.name(object(field)['varno'])),
        record: false,
      }
    }
    const name = text(value['refname'])
    return { targets: name === undefined ? [] : [name], record: kind === 'PLpgSQL_rec' }
  }

  statement(kind: string, value: Json): readonly BlockStatement[] {
    const label = text(value['label'])
    const labelled = label === undefined ? {} : { label }
    switch (kind) {
      case 'PLpgSQL_stmt_block':
        return [
          { is: 'block', ...labelled, body: this.body(value['body']), ...this.handlers(value['exceptions']) },
        ]
      case 'PLpgSQL_stmt_if':
        return [this.readIf(value)]
      case 'PLpgSQL_stmt_case':
        return this.readCase(value)
      case 'PLpgSQL_stmt_loop':
        return [{ is: 'loop', ...labelled, body: this.body(value['body']) }]
      case 'PLpgSQL_stmt_while':
        return [
          {
            is: 'while',
            ...labelled,
            condition: this.expression(value['cond']),
            body: this.body(value['body']),
          },
        ]
      case 'PLpgSQL_stmt_fori': {
        const step = value['step'] === undefined ? {} : { step: this.expression(value['step']) }
        return [
          {
            is: 'for range',
            ...labelled,
            variable: text(unwrap(value['var'])[1]['refname']) ?? '',
            lower: this.expression(value['lower']),
            upper: this.expression(value['upper']),
            ...step,
            reverse: value['reverse'] !== undefined && value['reverse'] !== 0 && value['reverse'] !== false,
            body: this.body(value['body']),
          },
        ]
      }
      case 'PLpgSQL_stmt_fors':
      case 'PLpgSQL_stmt_dynfors':
        return [
          {
            is: 'for query',
            ...labelled,
            ...this.targets(value['var']),
            ...(kind === 'PLpgSQL_stmt_fors'
              ? { query: parseQuery(queryText(value['query']) ?? '') }
              : { text: this.parameterless(value) }),
            body: this.body(value['body']),
          },
        ]
      case 'PLpgSQL_stmt_forc': {
        const cursor = unwrap(this.datums[Number(value['curvar'])])[1]
        const query =
          value['argquery'] === undefined
            ? parseQuery(queryText(cursor['cursor_explicit_expr']) ?? '')
            : undefined
        return [
          {
            is: 'for query',
            ...labelled,
            ...this.targets(value['var']),
            ...(query === undefined ? {} : { query }),
            body: this.body(value['body']),
          },
        ]
      }
      case 'PLpgSQL_stmt_foreach_a':
        return [
          {
            is: 'foreach',
            ...labelled,
            variable: this.name(value['varno']),
            list: value['slice'] === undefined ? this.expression(value['expr']) : undefined,
            body: this.body(value['body']),
          },
        ]
      case 'PLpgSQL_stmt_exit': {
        const condition = value['cond'] === undefined ? {} : { condition: this.expression(value['cond']) }
        return [{ is: 'exit', again: value['is_exit'] !== true, ...labelled, ...condition }]
      }
      default:
        return this.plainStatement(kind, value)
    }
  }

  /** What RAISE ... USING ERRCODE names, where it is a constant: a condition or an SQLSTATE. */
  raisedCode(options: readonly unknown[]): string | undefined {
    for (const option of options) {
      const [, value] = unwrap(option)
      const code = value['opt_type'] === ERRCODE_OPTION ? this.expression(value['expr']) : undefined
      const node = code as Node | undefined
      if (node !== undefined && 'A_Const' in node) return node.A_Const.sval?.sval
    }
    return undefined
  }

  /** EXECUTE without USING: with parameters its query is not looked into. */
  parameterless(value: Json): BlockExpression {
    return list(value['params']).length > 0 ? undefined : this.expression(value['query'])
  }

  plainStatement(kind: string, value: Json): readonly BlockStatement[] {
    switch (kind) {
      case 'PLpgSQL_stmt_assign': {
        const source = queryText(value['expr']) ?? ''
        const sign = /:=|=/.exec(source)
        const expression = sign === null ? source : source.slice(sign.index + sign[0].length)
        return [{ is: 'assign', target: this.name(value['varno']), value: parseExpression(expression) }]
      }
      case 'PLpgSQL_stmt_execsql':
        return [this.readSql(value)]
      case 'PLpgSQL_stmt_perform':
        return [this.queryInto(queryText(value['expr']) ?? '', { targets: [], record: false }, false)]
      case 'PLpgSQL_stmt_call':
        return [{ is: 'sql', actions: this.readActions(queryText(value['expr']) ?? '', this.line(value)) }]
      case 'PLpgSQL_stmt_dynexecute':
        return [
          {
            is: 'execute',
            text: this.expression(value['query']),
            ...this.targets(value['target']),
            parameters: list(value['params']).map((each) => this.expression(each)),
          },
        ]
      case 'PLpgSQL_stmt_raise': {
        const condition = text(value['condname']) ?? this.raisedCode(list(value['options']))
        const level = typeof value['elog_level'] === 'number' ? value['elog_level'] : ERROR_LEVEL
        return [
          { is: 'raise', error: level >= ERROR_LEVEL, ...(condition === undefined ? {} : { condition }) },
        ]
      }
      case 'PLpgSQL_stmt_assert':
        return [{ is: 'assert', condition: this.expression(value['cond']) }]
      case 'PLpgSQL_stmt_return':
        return [
          { is: 'return', ...(value['expr'] === undefined ? {} : { value: this.expression(value['expr']) }) },
        ]
      case 'PLpgSQL_stmt_getdiag':
        return [
          {
            is: 'forget',
            targets: list(value['diag_items']).map((item) => this.name(unwrap(item)[1]['target'])),
          },
        ]
      case 'PLpgSQL_stmt_return_next':
      case 'PLpgSQL_stmt_return_query':
      case 'PLpgSQL_stmt_open':
      case 'PLpgSQL_stmt_close':
        return []
      case 'PLpgSQL_stmt_fetch':
        return [{ is: 'forget', targets: this.targets(value['target']).targets }]
      case 'PLpgSQL_stmt_commit':
      case 'PLpgSQL_stmt_rollback':
        return [
          {
            is: 'sql',
            actions: [{ do: 'transaction', what: kind === 'PLpgSQL_stmt_commit' ? 'commit' : 'rollback' }],
          },
        ]
      default:
        return [{ is: 'unreadable', what: kind.replace('PLpgSQL_stmt_', '') }]
    }
  }

  line(value: Json): number {
    return typeof value['lineno'] === 'number' ? value['lineno'] - 1 : 0
  }

  handlers(node: unknown): Pick<Extract<BlockStatement, { is: 'block' }>, 'handlers'> {
    if (node === undefined) return {}
    const handlers = list(unwrap(node)[1]['exc_list']).map((each) => {
      const value = unwrap(each)[1]
      const conditions = list(value['conditions']).map((item) => text(unwrap(item)[1]['condname']) ?? '')
      return { conditions, body: this.body(value['action']) }
    })
    return { handlers }
  }

  readIf(value: Json): BlockStatement {
    const branches = [{ condition: this.expression(value['cond']), body: this.body(value['then_body']) }]
    for (const each of list(value['elsif_list'])) {
      const branch = unwrap(each)[1]
      branches.push({ condition: this.expression(branch['cond']), body: this.body(branch['stmts']) })
    }
    return { is: 'if', branches, otherwise: this.body(value['else_body']) }
  }

  /** CASE is an IF over a variable that the parser made. */
  readCase(value: Json): readonly BlockStatement[] {
    const branches = list(value['case_when_list']).map((each) => {
      const branch = unwrap(each)[1]
      return { condition: this.expression(branch['expr']), body: this.body(branch['stmts']) }
    })
    const otherwise: readonly BlockStatement[] =
      value['have_else'] === true
        ? this.body(value['else_stmts'])
        : [{ is: 'raise', error: true, condition: 'case_not_found' }]
    const choice: BlockStatement = { is: 'if', branches, otherwise }
    if (value['t_expr'] === undefined) return [choice]
    return [
      { is: 'assign', target: this.name(value['t_varno']), value: this.expression(value['t_expr']) },
      choice,
    ]
  }

  readSql(value: Json): BlockStatement {
    const source = queryText(value['sqlstmt']) ?? ''
    if (value['into'] === true)
      return this.queryInto(source, this.targets(value['target']), value['strict'] === true)
    if (/^\s*(?:select|values)\b/i.test(source) && parseQuery(source) !== undefined) {
      // "query has no destination for result data"
      return { is: 'raise', error: true, condition: 'syntax_error' }
    }
    return { is: 'sql', actions: this.readActions(source, this.line(value)) }
  }

  queryInto(
    source: string,
    into: { targets: readonly string[]; record: boolean },
    strict: boolean,
  ): BlockStatement {
    const query = parseQuery(source)
    return { is: 'query', ...(query === undefined ? {} : { query }), ...into, strict }
  }
}

/** Variables that PL/pgSQL declares by itself. */
const IMPLIED: ReadonlySet<string> = new Set(['found', 'sqlstate', 'sqlerrm'])

/** Reads a whole DO, CREATE FUNCTION or CREATE PROCEDURE in PL/pgSQL. Never throws. */
export function readBlock(statement: string, readActions: ReadActions): Block | Unreadable {
  const functions = parsePlpgsql(statement)
  if (functions instanceof Unreadable) return functions
  const [kind, value] = unwrap(functions[0])
  if (kind !== 'PLpgSQL_function') return new Unreadable('the PL/pgSQL body can not be read')
  const datums = list(value['datums'])
  const reader = new BlockReader(datums, readActions)
  const variables: { name: string; type: string; value?: BlockExpression }[] = []
  for (const datum of datums) {
    const [datumKind, each] = unwrap(datum)
    const name = text(each['refname'])
    if (name === undefined || IMPLIED.has(name)) continue
    if (datumKind !== 'PLpgSQL_var' && datumKind !== 'PLpgSQL_rec') continue
    const type = text(unwrap(each['datatype'])[1]['typname']) ?? ''
    const initial = each['default_val'] === undefined ? {} : { value: reader.expression(each['default_val']) }
    variables.push({ name, type, ...initial })
  }
  return { variables, body: reader.body([value['action']]) }
}
