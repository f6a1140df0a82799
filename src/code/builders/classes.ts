import type { TSESTree } from '@typescript-eslint/utils'
import { returned } from '../reach/reach.js'
import { within } from '../reach/site.js'
import type { Flow, Source } from './flow.js'
import type { Node } from './syntax.js'
import { isFunction, keyOf } from './syntax.js'

/** A class of the project, in the file that declares it. */
export interface ClassSource extends Source {
  readonly node: TSESTree.ClassDeclaration | TSESTree.ClassExpression
}

/** The class that a name stands for, also an imported one; for `this`, the class around it. */
export function classOf(flow: Flow, node: Node): ClassSource | undefined {
  if (node.type === 'ThisExpression') {
    let around = node.parent as Node | undefined
    while (around && around.type !== 'ClassDeclaration' && around.type !== 'ClassExpression')
      around = around.parent
    return around && { ...flow.at(around), node: around }
  }
  const found = flow.sources(flow.at(node)).filter(isClass)
  return found.length === 1 ? found[0] : undefined
}

export function isClass(source: Source): source is ClassSource {
  return source.node.type === 'ClassDeclaration' || source.node.type === 'ClassExpression'
}

/** The values of `static name = ...` and `static get name() { return ... }`. */
export function staticValues(source: ClassSource, name: string): Source[] {
  return source.node.body.body.flatMap((member): Source[] => {
    if (!('key' in member) || !('static' in member) || !member.static || keyOf(member) !== name) return []
    if (member.type === 'PropertyDefinition') return member.value ? [within(source, member.value)] : []
    if (member.type !== 'MethodDefinition' || !isFunction(member.value)) return []
    return returned(member.value).map((value) => within(source, value))
  })
}
