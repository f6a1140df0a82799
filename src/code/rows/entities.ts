import type { TSESTree } from '@typescript-eslint/utils'
import { classOf } from '../builders/classes.js'
import { entities } from '../builders/entities.js'
import type { BuilderFile } from '../builders/library.js'
import type { Model } from '../builders/models.js'
import { repositoryOf } from '../builders/repositories.js'
import { memberName } from '../builders/syntax.js'
import type { Node, SourceFile } from '../reach/site.js'
import { placeShape } from './place.js'
import type { Shape } from './shape.js'
import { listOf, objectShape } from './shape.js'

const ONE = /^(?:findOne|findOneBy|findOneOrFail|findOneByOrFail|preload|getReference)$/
const MANY = /^(?:find|findBy|findAll)$/

/** A row as TypeORM or MikroORM gives it, by the class of its entity: its properties, and those of what it relates to. */
export function entityRow(builders: BuilderFile, node: Node, file: SourceFile): Shape | undefined {
  return modelRow(builders, entities(builders).from({ node, file, at: node }))
}

/** `this` in an entity's own methods. */
export function entityAround(builders: BuilderFile, node: TSESTree.ThisExpression): Shape | undefined {
  const around = classOf(builders.flow, node)
  return around && modelRow(builders, entities(builders).from(around))
}

/** What `repository.findOne(...)`, `Workspace.find(...)` and `em.find(Workspace, ...)` give. */
export function entityResult(builders: BuilderFile, call: TSESTree.CallExpression): Shape | undefined {
  const { callee } = call
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (callee.type !== 'MemberExpression' || name === undefined || !(ONE.test(name) || MANY.test(name)))
    return undefined
  const [first] = call.arguments
  const entity =
    repositoryOf(builders, callee.object) ??
    (first?.type === 'Identifier' ? entities(builders).of(first) : undefined)
  const row = modelRow(builders, entity)
  return MANY.test(name) ? listOf(row) : row
}

function modelRow(builders: BuilderFile, model: Model | undefined): Shape | undefined {
  if (!model) return undefined
  return objectShape((key) => {
    const place = model.column(key)
    if (place) return placeShape(builders.catalog, place, `entity of ${place.relation.name}`)
    return modelRow(builders, model.related?.(key))
  })
}
