import type { TSESTree } from '@typescript-eslint/utils'
import { classOf } from '../builders/classes.js'
import { entities } from '../builders/entities.js'
import { CallSite } from '../builders/library.js'
import type { BuilderFile } from '../builders/library.js'
import { repositoryOf } from '../builders/repositories.js'
import { memberName } from '../builders/syntax.js'
import { builtEntity } from '../builders/typeorm.js'
import type { Node, SourceFile } from '../reach/site.js'
import { modelClassRow, modelRow } from './models.js'
import type { Shape } from './shape.js'
import { listOf } from './shape.js'

const ONE = /^(?:findOne|findOneBy|findOneOrFail|findOneByOrFail|preload|getReference)$/
const MANY = /^(?:find|findBy|findAll)$/

/** A row as TypeORM or MikroORM gives it, by the class of its entity: its properties, and those of what it relates to. */
export function entityRow(builders: BuilderFile, node: Node, file: SourceFile): Shape | undefined {
  return modelRow(builders, entities(builders).from({ node, file, at: node }), 'entity')
}

/** `this` in an entity's own methods. */
export function entityAround(builders: BuilderFile, node: TSESTree.ThisExpression): Shape | undefined {
  const around = classOf(builders.flow, node)
  if (!around) return undefined
  return modelRow(builders, entities(builders).from(around), 'entity') ?? modelClassRow(builders, around)
}

/** What `repository.findOne(...)`, `Workspace.find(...)`, `em.find(Workspace, ...)` and a query builder's `getOne()` give. */
export function entityResult(builders: BuilderFile, call: TSESTree.CallExpression): Shape | undefined {
  const { callee } = call
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (callee.type !== 'MemberExpression' || name === undefined) return undefined
  if (name.startsWith('get') && name !== 'getReference') {
    const row = modelRow(builders, builtEntity(new CallSite(builders, call, name, callee.object)), 'entity')
    return name === 'getMany' ? listOf(row) : row
  }
  if (!ONE.test(name) && !MANY.test(name)) return undefined
  const [first] = call.arguments
  const entity =
    repositoryOf(builders, callee.object) ??
    (first?.type === 'Identifier' ? entities(builders).of(first) : undefined)
  const row = modelRow(builders, entity, 'entity')
  return MANY.test(name) ? listOf(row) : row
}
