import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from '@eslint/plugin-kit'
import type { DirectiveType, FileProblem, RulesConfig, SourceLocation, SourceRange } from '@eslint/core'
import { blank } from './blank.js'
import { lineStarts, type Comment } from './comments.js'

/** A node of an SQL file as ESLint sees it: the file itself, or one comment. `range` is in UTF-16 units. */
export interface SqlNode {
  readonly type: 'SqlFile' | 'SqlComment'
  readonly range: SourceRange
  readonly loc: SourceLocation
  /** Of a comment: what stands between its marks. */
  readonly value?: string
}

/** The root: deliberately not a `Program`, so that no selector of a rule for JavaScript matches it. */
export interface SqlFile extends SqlNode {
  readonly type: 'SqlFile'
  readonly comments: readonly SqlNode[]
  readonly tokens: readonly never[]
  readonly body: readonly never[]
}

/** The methods of ESLint's own source code that find tokens and nodes: a rule that listens to `*` calls them. */
const tokenMethods = [
  'getFirstToken',
  'getFirstTokens',
  'getFirstTokenBetween',
  'getFirstTokensBetween',
  'getLastToken',
  'getLastTokens',
  'getLastTokenBetween',
  'getLastTokensBetween',
  'getTokenBefore',
  'getTokensBefore',
  'getTokenAfter',
  'getTokensAfter',
  'getTokenByRangeStart',
  'getTokens',
  'getTokensBetween',
  'getCommentsBefore',
  'getCommentsAfter',
  'getCommentsInside',
  'getNodeByRangeIndex',
  'commentsExistBetween',
  'isSpaceBetween',
  'isGlobalReference',
  'markVariableAsUsed',
]

const commentParser = new ConfigCommentParser()

const directiveTypes: Readonly<Record<string, DirectiveType>> = {
  'eslint-disable': 'disable',
  'eslint-enable': 'enable',
  'eslint-disable-line': 'disable-line',
  'eslint-disable-next-line': 'disable-next-line',
}

/** Line and column, both from 1, of a UTF-16 offset. */
function position(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle
  }
  return { line: low + 1, column: offset - starts[low]! + 1 }
}

/** The root node for `text`; `comments` are in source order. */
export function sqlFile(text: string, comments: readonly Comment[]): SqlFile {
  const starts = lineStarts(text)
  const place = (start: number, end: number): Pick<SqlNode, 'range' | 'loc'> => ({
    range: [start, end],
    loc: { start: position(starts, start), end: position(starts, end) },
  })
  return {
    type: 'SqlFile',
    ...place(0, text.length),
    comments: comments.map((comment) => ({
      type: 'SqlComment',
      value: comment.value,
      ...place(comment.start, comment.end),
    })),
    tokens: [],
    body: [],
  }
}

/**
 * An SQL file for ESLint: text, positions, disable comments and inline rule configuration.
 * Rules of this plugin read the text through `src/language/uses.ts`; there is no tree to visit.
 */
export class SqlSourceCode extends TextSourceCodeBase<{
  LangOptions: Record<string, unknown>
  RootNode: SqlFile
  SyntaxElementWithLoc: SqlNode
  ConfigNode: SqlNode
}> {
  /** Whether the file began with a byte order mark, which ESLint has cut off. */
  readonly hasBOM: boolean
  readonly visitorKeys: Record<string, string[]> = { SqlFile: [], SqlComment: [] }

  // What rules for JavaScript ask for before they meet a node: see `blank`.
  readonly parserServices = blank
  readonly scopeManager = blank
  readonly tokensAndComments: readonly never[] = []
  readonly getScope = (): unknown => blank
  readonly getAllComments = (): readonly never[] => []
  readonly getDeclaredVariables = (): readonly never[] => []

  constructor(text: string, ast: SqlFile, hasBOM = false) {
    super({ text, ast })
    for (const name of tokenMethods) Object.defineProperty(this, name, { value: () => blank })
    this.hasBOM = hasBOM
  }

  override getLoc(node: SqlNode): SourceLocation {
    return node.loc
  }

  override getRange(node: SqlNode): SourceRange {
    return node.range
  }

  override getParent(): undefined {
    return undefined
  }

  override *traverse(): Iterable<VisitNodeStep> {
    yield new VisitNodeStep({ target: this.ast, phase: 1, args: [this.ast] })
    yield new VisitNodeStep({ target: this.ast, phase: 2, args: [this.ast] })
  }

  #directives(): { label: string; value: string; justification: string; node: SqlNode }[] {
    return this.ast.comments.flatMap((node) => {
      const text = node.value ?? ''
      if (!/^\s*eslint\b/.test(text)) return []
      const parsed = commentParser.parseDirective(text)
      return parsed === undefined ? [] : [{ ...parsed, node }]
    })
  }

  /** The comments that configure ESLint, for `--report-unused-disable-directives`. */
  getInlineConfigNodes(): SqlNode[] {
    return this.#directives().map(({ node }) => node)
  }

  /** `eslint-disable` and its kin, in `--` as well as in block comments. */
  getDisableDirectives(): { problems: FileProblem[]; directives: Directive[] } {
    const problems: FileProblem[] = []
    const directives: Directive[] = []
    for (const { label, value, justification, node } of this.#directives()) {
      const type = directiveTypes[label]
      if (type === undefined) continue
      if (type === 'disable-line' && node.loc.start.line !== node.loc.end.line) {
        problems.push({
          ruleId: null,
          message: `${label} comment should not span multiple lines.`,
          loc: node.loc,
        })
        continue
      }
      directives.push(new Directive({ type, node, value, justification }))
    }
    return { problems, directives }
  }

  /** `eslint RULE: SEVERITY` comments. */
  applyInlineConfig(): {
    problems: FileProblem[]
    configs: { config: { rules: RulesConfig }; loc: SourceLocation }[]
  } {
    const problems: FileProblem[] = []
    const configs: { config: { rules: RulesConfig }; loc: SourceLocation }[] = []
    for (const { label, value, node } of this.#directives()) {
      if (label !== 'eslint') continue
      const parsed = commentParser.parseJSONLikeConfig(value)
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc: node.loc })
      else problems.push({ ruleId: null, message: parsed.error.message, loc: node.loc })
    }
    return { problems, configs }
  }
}
