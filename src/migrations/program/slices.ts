import type { TSESTree } from '@typescript-eslint/utils'
import { childrenOf } from './code.js'
import { namesIn } from './declarations.js'

export type TopStatement = TSESTree.ProgramStatement

/** Names that a CommonJS module exports by. */
const OWN_EXPORTS: readonly string[] = ['exports', 'module']

/** What a statement at the top of a module is to the others. */
interface Part {
  readonly statement: TopStatement
  /** The names at the top of the module that its code mentions, wherever it stands. */
  readonly mentions: ReadonlySet<string>
  /** Whether running it may do more than declare names. */
  readonly acts: boolean
}

/** Which statements of a module have to run before one of its names has its value. */
export class Slices {
  readonly #parts: readonly Part[]
  readonly #declaring = new Map<string, Part[]>()
  /** Names whose values something else than their declaration may change. */
  readonly #changing = new Set(OWN_EXPORTS)
  readonly #touched = new Map<Part, ReadonlySet<string>>()

  constructor(program: TSESTree.Program) {
    const names = new Set(program.body.flatMap((statement) => namesIn(declarationOf(statement))))
    const known = (name: string): boolean => names.has(name) || OWN_EXPORTS.includes(name)
    this.#parts = program.body.map((statement) => ({
      statement,
      mentions: new Set([
        ...identifiersIn(statement).filter(known),
        ...(statement.type === 'TSExportAssignment' ? OWN_EXPORTS : []),
      ]),
      acts: statement.type === 'TSExportAssignment' || acts(statement),
    }))
    for (const part of this.#parts) {
      const declaration = declarationOf(part.statement)
      for (const name of namesIn(declaration)) {
        this.#declaring.set(name, [...(this.#declaring.get(name) ?? []), part])
        if (declaration.type !== 'TSEnumDeclaration' && !isPrimitive(declaration)) this.#changing.add(name)
      }
    }
  }

  /**
   * Those that names take: their declarations, what these mention, and whatever acts on any of it; `first` are taken in any case. In
   * their order.
   */
  of(names: readonly string[], first: readonly TopStatement[] = []): TopStatement[] {
    const queue = [...names]
    const taken = new Set<Part>()
    const seen = new Set<string>()
    const take = (part: Part): void => {
      taken.add(part)
      queue.push(...part.mentions)
    }
    for (const part of this.#parts) if (first.includes(part.statement)) take(part)
    do {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (seen.has(name)) continue
        seen.add(name)
        for (const part of this.#declaring.get(name) ?? []) if (!taken.has(part)) take(part)
      }
      for (const part of this.#parts)
        if (part.acts && !taken.has(part) && [...this.#touchedBy(part)].some((name) => seen.has(name)))
          take(part)
    } while (queue.length > 0)
    return this.#parts.filter((part) => taken.has(part)).map(({ statement }) => statement)
  }

  /** The names whose values a statement may change: itself, or by the functions that it calls. */
  #touchedBy(part: Part): ReadonlySet<string> {
    const known = this.#touched.get(part)
    if (known !== undefined) return known
    const reached = new Set<string>()
    const queue = [...part.mentions]
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name)) continue
      reached.add(name)
      for (const { mentions } of this.#declaring.get(name) ?? []) queue.push(...mentions)
    }
    const touched = new Set([...reached].filter((name) => this.#changing.has(name)))
    this.#touched.set(part, touched)
    return touched
  }
}

/** What a statement declares, or itself. */
export function declarationOf(statement: TopStatement): TSESTree.Node {
  const exports = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
  return exports ? (statement.declaration ?? statement) : statement
}

/** The names of identifiers in code that runs, without those of members and keys. */
function identifiersIn(node: TSESTree.Node): string[] {
  if (node.type === 'Identifier') return [node.name]
  return childrenOf(node).flatMap((child) => (isName(child, node) ? [] : identifiersIn(child)))
}

/** Whether a node only names a member of its parent, or of what is left of the dot. */
function isName(node: TSESTree.Node, parent: TSESTree.Node): boolean {
  if (parent.type === 'MemberExpression') return node === parent.property && !parent.computed
  const hasKey = /^(?:Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)
  return hasKey && 'key' in parent && node === parent.key && !('computed' in parent && parent.computed)
}

/** Declarations of constants that nothing can change. */
function isPrimitive(node: TSESTree.Node): boolean {
  return (
    node.type === 'VariableDeclaration' &&
    node.kind === 'const' &&
    node.declarations.every(({ init }) => init?.type === 'Literal' || init?.type === 'TemplateLiteral')
  )
}

const ACTING =
  /^(?:CallExpression|NewExpression|TaggedTemplateExpression|AssignmentExpression|UpdateExpression|AwaitExpression|ImportExpression|ThrowStatement)$/
const FUNCTION = /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/
/** Calls that change nothing that they are given. */
const IDLE_CALL = /^(?:require|Symbol|String|Number|Boolean)$/
const IDLE_METHOD = /^(?:freeze|keys|values|entries|fromEntries|for)$/

/** Whether code does something when it is come to: what stands in functions waits until they are called. */
function acts(node: TSESTree.Node): boolean {
  if (FUNCTION.test(node.type)) return false
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return true
  if (ACTING.test(node.type) && !isIdleCall(node)) return true
  return childrenOf(node).some(acts)
}

function isIdleCall(node: TSESTree.Node): boolean {
  if (node.type !== 'CallExpression') return false
  const { callee } = node
  if (callee.type === 'Identifier') return IDLE_CALL.test(callee.name)
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    /^(?:Object|Symbol)$/.test(callee.object.name) &&
    callee.property.type === 'Identifier' &&
    IDLE_METHOD.test(callee.property.name)
  )
}
