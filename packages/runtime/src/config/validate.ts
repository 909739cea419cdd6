import type { z } from 'zod'
import { child, locate, type Path, type ScalarNode, type Tree, toPlain } from './tree.ts'
import { everyPath, flatten } from './zod-issues.ts'

/** A number as YAML's core schema writes it. */
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/

/** Unions of unions may need more than one round to get to what is inside. */
const MAX_ROUNDS = 20

/**
 * Lets a schema check a part of the configuration. What came from the environment is a string; only where
 * the schema will not have it, and would have the number or the boolean that it spells, it is that one. In
 * the same way a bare `key:` is `{}` where a map is wanted.
 *
 * @throws what the schema's own code throws
 */
export async function validate(
  schema: z.ZodType,
  tree: Tree,
): Promise<{ output: unknown; issues?: undefined } | { issues: readonly z.core.$ZodIssue[] }> {
  const choices = new Map<string, { path: Path; value: unknown }>()
  const tried = new Set<string>()
  const parse = () => schema.safeParseAsync(withChoices(tree, [...choices.values()]))
  let result = await parse()
  for (let round = 0; round < MAX_ROUNDS && !result.success; round++) {
    const fresh: string[] = []
    for (const path of everyPath(result.error.issues)) {
      const key = JSON.stringify(path.map(String))
      const node = locate(tree, path)
      const other = node?.kind === 'scalar' && !tried.has(key) ? otherReading(node) : undefined
      tried.add(key)
      if (other === undefined) continue
      choices.set(key, { path, value: other })
      fresh.push(key)
    }
    if (fresh.length === 0) break
    result = await parse()
    const still = result.success ? [] : flatten(result.error.issues).map((issue) => issue.path)
    const refused = fresh.filter((key) => still.some((path) => isBelow(choices.get(key), path)))
    for (const key of refused) choices.delete(key)
    if (refused.length > 0) result = await parse()
  }
  return result.success ? { output: result.data } : { issues: result.error.issues }
}

/** What else a scalar may mean. */
function otherReading(node: ScalarNode): unknown {
  if (node.bare === true) return {}
  if (node.substituted === undefined || typeof node.value !== 'string') return undefined
  if (NUMBER.test(node.value)) return Number(node.value)
  if (/^(?:true|True|TRUE)$/.test(node.value)) return true
  return /^(?:false|False|FALSE)$/.test(node.value) ? false : undefined
}

function isBelow(choice: { path: Path; value: unknown } | undefined, path: Path): boolean {
  if (choice === undefined || path.length < choice.path.length) return false
  // What is missing in a bare key is told as missing: the key was rightly taken for a map.
  if (path.length > choice.path.length && typeof choice.value === 'object') return false
  return choice.path.every((key, index) => String(key) === String(path[index]))
}

function withChoices(tree: Tree, choices: readonly { path: Path; value: unknown }[]): unknown {
  if (choices.some(({ path }) => path.length === 0))
    return choices.find(({ path }) => path.length === 0)?.value
  const plain = toPlain(tree)
  for (const { path, value } of choices) {
    let at: unknown = plain
    let node: Tree | undefined = tree
    for (const key of path.slice(0, -1)) {
      at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined
      node = child(node, key)
    }
    const last = path.at(-1)
    if (last !== undefined && typeof at === 'object' && at !== null && child(node, last) !== undefined)
      Reflect.set(at, last, value)
  }
  return plain
}
