import type { TSESTree } from '@typescript-eslint/utils'
import type { FunctionNode } from '../reach/binding.js'
import type { Node, Site, SourceFile } from '../reach/site.js'
import type { CodeUse } from '../use.js'

/** A function of another file, entered by a call of the linted one. */
export interface Entered {
  readonly fn: FunctionNode
  /** With scopes, where they can be had. */
  readonly file: SourceFile
  /** A node of the function, as the call sees it: its parameters stand for the arguments. */
  seenFrom(node: Node): Site
}

/** Finds the strings that a function which is entered hands to queries of one kind. */
export type EnteredFinder = (entered: Entered) => readonly CodeUse[]

/** What is asked again for each call of a function is looked for once. */
export function onceForFunction<T>(find: (fn: FunctionNode) => T): (fn: FunctionNode) => T {
  const known = new WeakMap<FunctionNode, T>()
  return (fn) => {
    if (!known.has(fn)) known.set(fn, find(fn))
    return known.get(fn)!
  }
}

export type Call = TSESTree.CallExpression
