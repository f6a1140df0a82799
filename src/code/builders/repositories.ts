import { annotationOfMember } from './chain.js'
import { classOf } from './classes.js'
import type { ClassSource } from './classes.js'
import type { Entity } from './entities.js'
import { entities, isClassName } from './entities.js'
import { annotationOf } from './flow.js'
import type { BuilderFile } from './library.js'
import type { Node } from './syntax.js'
import { typeReference, unwrap } from './syntax.js'

/** Whether the arguments of a method may be an ORM's: `xs.find((x) => ...)` and `map.delete('a')` are not worth a look. */
export function mayBeCondition(args: readonly Node[]): boolean {
  return args.some((argument) => {
    const { type } = unwrap(argument)
    return (
      type !== 'Literal' &&
      type !== 'TemplateLiteral' &&
      type !== 'ArrowFunctionExpression' &&
      type !== 'FunctionExpression'
    )
  })
}

/** TypeORM's and MikroORM's repositories. */
const REPOSITORIES = new Set(['Repository', 'TreeRepository', 'EntityRepository', 'SqlEntityRepository'])

/**
 * The entity of a repository: `dataSource.getRepository(Workspace)`, something typed `Repository<Workspace>`, `this` in a class that extends
 * it, or the entity's class itself (active record).
 */
export function repositoryOf(file: BuilderFile, receiver: Node | undefined): Entity | undefined {
  const node = receiver && unwrap(receiver)
  if (!node) return undefined
  const found = entities(file)
  if (node.type === 'ThisExpression')
    return extended(file, node) ?? found.from(classOf(file.flow, node) ?? file.flow.at(node))
  const annotation =
    node.type === 'Identifier'
      ? annotationOf(file.flow, node)
      : node.type === 'MemberExpression'
        ? annotationOfMember(node)
        : undefined
  const type = typeReference(annotation)
  if (type && REPOSITORIES.has(type.name)) return found.of(type.args[0])
  if (type && annotation?.type === 'TSTypeReference') {
    const custom = classOf(file.flow, annotation.typeName)
    const entity = custom && extendedBy(file, custom)
    if (entity) return entity
  }
  const active = isClassName(node) ? found.of(node) : undefined
  if (active) return active
  for (const { steps } of file.chains.of(node)) {
    const made = steps.findLast(
      ({ name, call }) => call && (name === 'getRepository' || name === 'getTreeRepository'),
    )
    const entity = made?.call && steps.at(-1) === made ? found.of(made.call.arguments[0]) : undefined
    if (entity) return entity
  }
  return undefined
}

/** `class Workspaces extends Repository<Workspace>`. */
function extended(file: BuilderFile, node: Node): Entity | undefined {
  const around = classOf(file.flow, node)
  return around && extendedBy(file, around)
}

function extendedBy(file: BuilderFile, { node, file: declaredIn }: ClassSource): Entity | undefined {
  if (node.superClass?.type !== 'Identifier' || !REPOSITORIES.has(node.superClass.name)) return undefined
  const [type] = node.superTypeArguments?.params ?? []
  if (type?.type !== 'TSTypeReference') return undefined
  return entities(file).from({ node: type.typeName, file: declaredIn, at: type.typeName })
}
