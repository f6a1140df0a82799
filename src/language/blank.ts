/**
 * An object that answers every question with itself and every loop with nothing.
 *
 * ESLint runs the rules of every config that matches a file, and many shared configs name no files. A rule for
 * JavaScript that prepares itself by asking the source code for scopes, tokens or type information would throw on an
 * SQL file, and ESLint would stop the whole run. It gets this for an answer, and then never meets a node.
 */
export const blank: unknown = new Proxy(function () {}, {
  get(_target, key) {
    if (key === Symbol.iterator) return [][Symbol.iterator]
    if (key === Symbol.toPrimitive) return () => ''
    // Not a promise, and of no length.
    if (key === 'then') return undefined
    if (key === 'length') return 0
    return blank
  },
  apply: () => blank,
  construct: () => blank as object,
})
