import type { TSESTree } from '@typescript-eslint/utils'
import { bindingOf } from './binding.js'
import type { Binding } from './binding.js'
import { elementsOf, valuesOf } from './collections.js'
import { importedAs } from './modules.js'
import { MAX_DEPTH, staticKey } from './site.js'
import type { Node, Site, SourceFile } from './site.js'
import { ELEMENT } from './typeMembers.js'
import type { TypeMember } from './typeMembers.js'

/** Packages that give zod's functions. */
const ZOD = /(^|[-/])zod([-/]|$)/

/** Methods of a schema behind which the strings that it lets through are the same: https://zod.dev/api. */
const SAME = new Set(
  (
    'optional nullable nullish default prefault describe meta register brand readonly min max length nonempty ' +
    'strict strip passthrough loose catchall partial deepPartial required openapi'
  ).split(' '),
)
/** Methods that look at the whole of an object, not at which string one of its properties is. */
const OBJECT_CHECKS = new Set(['refine', 'superRefine', 'check'])
const OBJECTS = new Set(['object', 'strictObject', 'looseObject', 'interface'])

/** Methods of a schema that give what it lets through. */
export const PARSES = new Set(['parse', 'parseAsync', 'safeParse', 'safeParseAsync'])

interface Way {
  readonly file: SourceFile
  readonly keys: readonly string[]
  /** What the schema is called, for the message. */
  readonly name: string
  readonly depth: number
}

/**
 * The strings that a zod schema lets through, as {@link membersOf} reads types. Undefined for any other string, for what is transformed,
 * and for what is no schema of zod.
 *
 * @param keys The way from what the schema describes to the strings.
 */
export function schemaMembers(
  node: Node,
  keys: readonly string[],
  file: SourceFile,
): TypeMember[] | undefined {
  return read(node, { file, keys, name: 'the schema', depth: MAX_DEPTH })
}

function read(node: Node, { depth, ...rest }: Way): TypeMember[] | undefined {
  if (depth === 0) return undefined
  const way = { ...rest, depth: depth - 1 }
  if (node.type === 'Identifier') {
    const named = constantOf(node, way.file)
    return named && read(named.node, { ...way, file: named.file, name: node.name })
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const { object } = node.callee
  const method = staticKey(node.callee) ?? ''
  if (isZod(object, way.file)) return made(method, node.arguments, way)
  if (SAME.has(method) || (OBJECT_CHECKS.has(method) && way.keys.length > 0)) return read(object, way)
  if (method === 'array') return ofElements(object, way)
  if (method === 'pick' || method === 'omit')
    return isNamed(node.arguments[0], way.keys[0]) === (method === 'pick') ? read(object, way) : undefined
  // What is added stands before what was there.
  if (method === 'extend' || method === 'safeExtend')
    return ofProperty(node.arguments[0], way) ?? read(object, way)
  if (method === 'merge') return (node.arguments[0] && read(node.arguments[0], way)) ?? read(object, way)
  return undefined
}

/** What a function of zod itself makes: `z.object({ ... })`, `z.enum([...])`. */
function made(name: string, [first, second]: readonly Node[], way: Way): TypeMember[] | undefined {
  if (first === undefined) return undefined
  if (OBJECTS.has(name)) return ofProperty(first, way)
  if (name === 'array' || name === 'set') return ofElements(first, way)
  if (name === 'optional' || name === 'nullable' || name === 'nullish') return read(first, way)
  if (name === 'record')
    return second && way.keys.length > 0 ? read(second, { ...way, keys: way.keys.slice(1) }) : undefined
  if (name === 'union') return first.type === 'ArrayExpression' ? ofAll(first, way) : undefined
  if (way.keys.length > 0) return undefined
  if (name === 'enum' || name === 'nativeEnum' || name === 'literal') return listed(first, way)
  return undefined
}

/** Whether `{ status: true }` has a key; undefined where that can't be told. */
function isNamed(mask: Node | undefined, key: string | undefined): boolean | undefined {
  if (mask?.type !== 'ObjectExpression' || key === undefined) return undefined
  const keys = mask.properties.map((one) => (one.type === 'Property' ? staticKey(one) : undefined))
  return keys.includes(undefined) ? undefined : keys.includes(key)
}

function ofElements(node: Node, way: Way): TypeMember[] | undefined {
  const [key, ...keys] = way.keys
  return key === ELEMENT ? read(node, { ...way, keys }) : undefined
}

function ofProperty(shape: Node | undefined, way: Way): TypeMember[] | undefined {
  const [key, ...keys] = way.keys
  if (shape?.type !== 'ObjectExpression' || key === undefined) return undefined
  for (const member of shape.properties) {
    if (member.type === 'Property' && staticKey(member) === key) return read(member.value, { ...way, keys })
  }
  return undefined
}

function ofAll({ elements }: TSESTree.ArrayExpression, way: Way): TypeMember[] | undefined {
  const all: TypeMember[] = []
  for (const element of elements) {
    const own = element === null ? undefined : read(element, way)
    if (own === undefined) return undefined
    all.push(...own)
  }
  return all
}

/** `['a', 'b']`, `LIST`, `'a'`, `{ A: 'a' }`, an enum of TypeScript. */
function listed(node: Node, { file, name }: Way): TypeMember[] | undefined {
  const site: Site = { node, file, at: node }
  const list = node.type === 'Literal' ? { elements: [site], complete: true } : elementsOf(site)
  const { elements, complete } = list.elements.length > 0 ? list : valuesOf(site)
  if (!complete || elements.length === 0) return undefined
  const where = file.linted ? {} : { file: file.filename }
  const members: TypeMember[] = []
  for (const { node: one } of elements) {
    if (one.type !== 'Literal' || typeof one.value !== 'string') return undefined
    members.push({ value: one.value, declared: { name, line: one.loc.start.line, ...where } })
  }
  return members
}

/** Whether an expression is zod: `z`, imported under whatever name. */
function isZod(node: Node, file: SourceFile): boolean {
  const binding = node.type === 'Identifier' ? bindingOf(node, file) : undefined
  return binding?.kind === 'import' && ZOD.test(binding.source)
}

/** What a constant was declared with, in its file. */
function constantOf(
  name: TSESTree.Identifier,
  file: SourceFile,
): { readonly node: Node; readonly file: SourceFile } | undefined {
  const binding = bindingOf(name, file)
  if (binding?.kind !== 'import') return initialValue(binding, file)
  const exported = importedAs(binding.source, binding.imported, file)
  return exported && initialValue(exported.binding, exported.file)
}

function initialValue(
  binding: Binding | undefined,
  file: SourceFile,
): { readonly node: Node; readonly file: SourceFile } | undefined {
  if (binding?.kind !== 'variable' || binding.writes !== undefined) return undefined
  const { id, init } = binding.declarator
  return id.type === 'Identifier' && init !== null ? { node: init, file } : undefined
}
