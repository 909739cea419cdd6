import { type JsonSchema, schemasAt } from '../describe/json-schema.ts'
import type { Problem } from './diagnostics.ts'
import { expectedTypes, keysAt, phrase } from './expected.ts'
import { issueSentence } from './issue-sentence.ts'
import { nearest } from './nearest.ts'
import { type Place, placeWithin } from './source.ts'
import { label, locate, type Path, placeAt, type Tree } from './tree.ts'
import { quote } from './visible.ts'
import type { Issue } from './zod-issues.ts'

/** A component's part of the configuration, for errors about it. */
export interface Subject {
  /** `receivers.file` */
  readonly name: string
  readonly tree: Tree
  readonly keyPlace: Place
  readonly schema: JsonSchema
}

/** What a schema has against a part of the configuration, each at its place and in an operator's words. */
export function issueProblems(subject: Subject, issues: readonly Issue[]): Problem[] {
  const unknown = issues.flatMap((issue) => unknownKeys(subject, issue))
  const meant = new Set(unknown.map(({ path, near }) => pathKey([...path, near ?? ''])))
  const others = issues.flatMap(({ path, issue, alternatives }): Problem[] => {
    if (issue.code === 'unrecognized_keys' || isToldAlready(subject.tree, path, issue.code === 'custom'))
      return []
    if (path.length > 0 && isAbsent(subject.tree, path)) {
      // A required key that is only mistyped is told once, as that.
      return meant.has(pathKey(path)) ? [] : [missingKey(subject, path)]
    }
    const node = locate(subject.tree, path)
    const { message, suggestion, offset } = issueSentence({
      issue,
      alternatives,
      path,
      node,
      schema: subject.schema,
    })
    const place = placeAt(subject.tree, path, subject.keyPlace)
    const text =
      node?.kind === 'scalar' && typeof node.value === 'string' && node.substituted === undefined
        ? node.value
        : ''
    const exact = offset === undefined || text === '' ? place : placeWithin(place, text, offset, 1)
    return [{ code: 'wrong_value', place: exact, message, suggestion }]
  })
  return [...unknown.map(({ problem }) => problem), ...others]
}

function unknownKeys(
  subject: Subject,
  { path, issue }: Issue,
): { path: Path; near: string | undefined; problem: Problem }[] {
  if (issue.code !== 'unrecognized_keys') return []
  const parent = locate(subject.tree, path)
  const known = keysAt(subject.schema, path, parent)
  return issue.keys.map((key) => {
    const near = nearest(key, known)
    const place = (parent?.kind === 'map' ? parent.entries.get(key)?.keyPlace : undefined) ?? subject.keyPlace
    const message = `unknown key ${quote(key)} in ${[subject.name, label(path)].filter(Boolean).join('.')}`
    return {
      path,
      near,
      problem: { code: 'unknown_key', place, message, suggestion: didYouMean(near, known) },
    }
  })
}

/** `did you mean "follow"?`, or what there is when nothing is near and it is not much. */
export function didYouMean(near: string | undefined, known: readonly string[]): string | undefined {
  if (near !== undefined) return `did you mean ${quote(near)}?`
  return known.length === 0 || known.length > 12 ? undefined : `known here: ${known.join(', ')}`
}

function missingKey({ name, tree, keyPlace, schema }: Subject, path: Path): Problem {
  const parent = path.slice(0, -1)
  const field = schemasAt(schema, path)
  const description = field.find((branch) => branch.description !== undefined)?.description
  return {
    code: 'missing',
    place: placeAt(tree, parent, keyPlace),
    message: `missing key ${quote(String(path.at(-1)))} in ${[name, label(parent)].filter(Boolean).join('.')}`,
    suggestion: [`it takes ${phrase(expectedTypes(schema, path))}`, description].filter(Boolean).join('. '),
  }
}

/** Whether the key is not there at all, though what it would be in is. */
function isAbsent(tree: Tree, path: Path): boolean {
  if (locate(tree, path) !== undefined) return false
  const parent = locate(tree, path.slice(0, -1))
  return parent === undefined || parent.kind === 'map' || (parent.kind === 'scalar' && parent.bare === true)
}

/** Whether there is an error about this value, or for a rule about several one about any of them. */
function isToldAlready(tree: Tree, path: Path, whole: boolean): boolean {
  const node = locate(tree, path)
  if (node === undefined) return false
  return whole ? holdsFailed(node) : node.kind === 'scalar' && node.failed === true
}

function holdsFailed(tree: Tree): boolean {
  if (tree.kind === 'scalar') return tree.failed === true
  if (tree.kind === 'list') return tree.items.some(holdsFailed)
  return [...tree.entries.values()].some((entry) => holdsFailed(entry.value))
}

function pathKey(path: Path): string {
  return JSON.stringify(path.map(String))
}
