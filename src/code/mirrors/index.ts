import type { TSESTree } from '@typescript-eslint/utils'
import type { Catalog, ValueSet } from '../../catalog/model.js'
import type { Target } from '../../sql/use.js'
import type { CodeContext } from '../context.js'
import { lintedFile } from '../reach/site.js'
import type { CodeUse } from '../use.js'
import { collect } from './collect.js'
import { taggedName } from './comments.js'
import type { Alias, Declaration } from './declaration.js'
import { findDatabaseName, findNamed } from './lookup.js'
import type { Found } from './lookup.js'
import { findByName, holdsMost } from './sameName.js'
import { setsByValue } from './valueIndex.js'

export type { Declaration, DeclaredEntry, DeclarationKind } from './declaration.js'

/** A declaration in the linted file that repeats a value set, with the proof that it does. */
export interface Mirror extends Declaration {
  readonly valueSet: ValueSet
  /** The column, where the link is one of a column. */
  readonly target: Target
  /** How the link is proven, in words: "drizzle pgEnum", "tag @pgEnum", "used for workspaces.status". */
  readonly link: string
  /** True for a library's own definition of the type (`pgEnum`, an entity's column): it differs from the database by definition when a value is missing. */
  readonly isDefinition: boolean
}

/**
 * The mirrors that the linted file declares, in source order. `uses` gives the uses that other finders proved, and is asked only where
 * a declaration has no other proof: a declaration whose member reaches a column of a value set mirrors that set.
 *
 * A declaration whose link is not proven, or is proven with two value sets, is left out. Never throws.
 */
export function findMirrors(
  context: CodeContext,
  uses: () => readonly CodeUse[] = () => [],
): readonly Mirror[] {
  const { catalog } = context.project
  return catalog ? link(context, catalog, uses) : []
}

interface Proof extends Found {
  readonly link: string
  readonly isDefinition: boolean
}

function link(context: CodeContext, catalog: Catalog, uses: () => readonly CodeUse[]): readonly Mirror[] {
  const { settings } = context.project
  const { declarations, aliases, definitions, columns } = collect(context)
  const proofs = new Map<TSESTree.Node, Proof[]>()
  const prove = (declaration: Declaration | undefined, proof: Proof | undefined) => {
    if (!declaration || !proof) return
    const known = proofs.get(declaration.node)
    if (known) known.push(proof)
    else proofs.set(declaration.node, [proof])
  }
  const file = lintedFile(context)

  for (const { database, values, link: how, isDefinition, target } of definitions) {
    for (const name of database) {
      const found = findDatabaseName(catalog, name)
      if (!found) continue
      prove(target ?? (values as Declaration), { ...found, link: how, isDefinition })
      break
    }
  }
  for (const { found, link: how, values, target } of columns) {
    prove(target ?? (values as Declaration), { ...found, link: how, isDefinition: false })
  }
  const named = (
    { name }: Declaration | Alias,
    target: Declaration | undefined,
    at: TSESTree.Node,
    isProperty = false,
  ) => {
    const tag = taggedName(file, at)
    const tagged = tag === undefined ? undefined : findNamed(catalog, tag)
    if (tagged) prove(target, { ...tagged, link: 'tag @pgEnum', isDefinition: false })
    if (isProperty || name === undefined || !Object.hasOwn(settings.mirrors, name)) return
    const setting = settings.mirrors[name]
    const set = setting === undefined ? undefined : findNamed(catalog, setting)
    if (set) prove(target, { ...set, link: 'settings.mirrors', isDefinition: false })
  }
  for (const { values, at, isProperty } of declarations) named(values, values, at, isProperty)
  for (const { alias, target, at } of aliases) named(alias, target, at)
  const unproven = declarations.some(
    ({ values, isProperty }) => !isProperty && !proofs.has(values.node) && mayRepeat(values, catalog),
  )
  for (const use of unproven ? uses() : []) {
    const proof = {
      valueSet: use.valueSet,
      target: use.target,
      link: `used for ${use.target.label ?? use.valueSet.name}`,
      isDefinition: false,
    }
    for (const { values } of declarations) if (isDeclaredIn(use, values)) prove(values, proof)
  }
  for (const { values, isProperty } of declarations) {
    if (!isProperty && !proofs.has(values.node)) prove(values, findByName(catalog, values, values.name))
  }
  for (const { alias, target } of aliases) {
    if (target && !proofs.has(target.node)) prove(target, findByName(catalog, target, alias.name))
  }

  const mirrors: Mirror[] = []
  const all = [
    ...declarations.map(({ values }) => values),
    ...[...definitions, ...columns].map(({ values, target }) => target ?? values),
    // Those that a tag says of a name from another file.
    ...aliases.flatMap(({ target }) => target ?? []),
  ]
  for (const values of new Set(all)) {
    const mirror = 'target' in values ? undefined : decide(values, proofs.get(values.node) ?? [])
    if (mirror && !mirrors.some(({ node }) => node === mirror.node)) mirrors.push(mirror)
  }
  return mirrors.sort((a, b) => a.node.range[0] - b.node.range[0])
}

/** One value set from all proofs: a definition's before others'. Undefined where the proofs name two sets. */
function decide(declaration: Declaration, proofs: readonly Proof[]): Mirror | undefined {
  const strongest = proofs.filter((proof) => proof.isDefinition)
  const counted = strongest.length > 0 ? strongest : proofs
  const [proof] = counted
  if (!proof || counted.some(({ valueSet }) => !isSame(valueSet, proof.valueSet))) return undefined
  return { ...declaration, ...proof }
}

function isSame(a: ValueSet, b: ValueSet): boolean {
  return (
    a.kind === b.kind &&
    a.schema === b.schema &&
    a.name === b.name &&
    a.origin.file === b.origin.file &&
    a.origin.line === b.origin.line
  )
}

/** Whether a use came through a name that stands for a string of this declaration: `WorkspaceStatus.Online`. */
function isDeclaredIn(use: CodeUse, { node, entries, kind }: Declaration): boolean {
  const { declared } = use
  if (!declared || declared.file !== undefined) return false
  if (declared.line < node.loc.start.line || declared.line > node.loc.end.line) return false
  return entries.some(({ value }) => value === use.value) && repeats({ entries, kind }, use.valueSet)
}

/** Whether a declaration that is used for a value set repeats it: a list or type of a few of the values is narrower on purpose. */
function repeats({ entries, kind }: Pick<Declaration, 'entries' | 'kind'>, valueSet: ValueSet): boolean {
  if (kind !== 'enum') return holdsMost({ entries }, valueSet)
  const known = entries.filter(({ value }) => valueSet.values.some((label) => label.value === value)).length
  return known * 2 > entries.length
}

/** Whether there is a value set that a declaration would repeat if it were used for it. */
function mayRepeat(declaration: Declaration, catalog: Catalog): boolean {
  const byValue = setsByValue(catalog)
  const sets = new Set(declaration.entries.flatMap(({ value }) => byValue.get(value) ?? []))
  return [...sets].some((set) => repeats(declaration, set))
}
