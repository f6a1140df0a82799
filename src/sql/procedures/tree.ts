/** The parser's tree of one SELECT (`{ SelectStmt: ... }`), without positions. */
export type QueryTree = unknown

/** The parser's tree of one expression. */
export type ExpressionTree = unknown
