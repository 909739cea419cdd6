import type { z } from 'zod'
import { type JsonSchema, schemasAt } from '../describe/json-schema.ts'
import { expectedTypes, literalsAt, phrase } from './expected.ts'
import { typeHint } from './hints.ts'
import { nearest } from './nearest.ts'
import { redact } from './redact.ts'
import { hiddenValues } from './secrets.ts'
import { label, nameOfKind, type Path, type Tree } from './tree.ts'
import { quote, visible } from './visible.ts'

interface Wrong {
  readonly issue: z.core.$ZodIssue
  readonly alternatives?: readonly z.core.$ZodIssue[] | undefined
  readonly path: Path
  readonly node: Tree | undefined
  readonly schema: JsonSchema
}

interface Sentence {
  readonly message: string
  readonly suggestion?: string | undefined
  /** Where in the value it is wrong, where the schema says so. */
  readonly offset?: number | undefined
}

/** zod's own sentences begin so; any other is the schema author's and is told as it is. */
const ZODS_OWN = /^(?:Invalid |Too (?:small|big)|Unrecognized )/

/** A schema author's message that begins with a verb has the option as its subject; any other is a sentence. */
const CLAUSE = /^(?:must|may|can|needs?|wants?|is|has|names|takes)\b/

/** What is wrong with a value that is there, and what to do about it. */
export function issueSentence(wrong: Wrong): Sentence {
  const { issue, path } = wrong
  const name = path.length === 0 ? 'it' : quote(label(path))
  if (issue.code === 'custom' || !ZODS_OWN.test(issue.message)) return authorsSentence(wrong, name)
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
      return wrongType(wrong, name)
    case 'too_small':
      return { message: `${name} ${bound(issue.origin, issue.minimum, issue.inclusive, 'least')}` }
    case 'too_big':
      return { message: `${name} ${bound(issue.origin, issue.maximum, issue.inclusive, 'most')}` }
    case 'not_multiple_of':
      return { message: `${name} must be a multiple of ${issue.divisor}` }
    case 'invalid_format': {
      if (issue.format === 'regex') return { message: `${name} must match ${issue.pattern}` }
      return { message: `${name} is not a valid ${issue.format === 'url' ? 'URL' : issue.format}` }
    }
    case 'invalid_key':
      return { message: `this key cannot stand here: ${issue.issues[0]?.message ?? 'it is not valid'}` }
    default:
      return { message: `${name} is not valid` }
  }
}

function wrongType({ path, node, schema, issue, alternatives }: Wrong, name: string): Sentence {
  const types = expectedTypes(schema, path)
  // A schema that JSON Schema cannot express says its own kinds.
  const named = types.length === 0 || types.includes('anything') ? ownKinds(alternatives ?? [issue]) : types
  const got = node === undefined ? 'nothing' : nameOfKind(node)
  const literals = literalsAt(schema, path)
  const text = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
  if (text !== undefined && literals.length > 0) {
    const near = nearest(text, literals)
    const suggestion = near === undefined ? undefined : `did you mean ${quote(near)}?`
    return { message: `${name} must be ${phrase(named)}`, suggestion }
  }
  const whole =
    typeof (node?.kind === 'scalar' ? node.value : undefined) === 'number' && named.includes('integer')
  return {
    message: `${name} must be ${phrase(named)}${whole ? '' : `, got ${got}`}`,
    suggestion: typeHint(node, named),
  }
}

function ownKinds(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_type')
      return [issue.expected === 'array' ? 'list of anything' : (KINDS[issue.expected] ?? issue.expected)]
    return issue.code === 'invalid_value' ? issue.values.map((value) => JSON.stringify(value)) : []
  })
}

const KINDS: Readonly<Record<string, string>> = { object: 'map', record: 'map', int: 'integer' }

function bound(
  origin: string,
  limit: number | bigint,
  inclusive: boolean | undefined,
  edge: 'least' | 'most',
): string {
  const unit = { string: 'characters', array: 'items', set: 'items', map: 'keys', object: 'keys' }[origin]
  if (unit === undefined) {
    if (inclusive !== false) return `must be at ${edge} ${limit}`
    return edge === 'least' ? `must be greater than ${limit}` : `must be less than ${limit}`
  }
  if (edge === 'least' && Number(limit) === 1) return `must not be empty`
  return `must have at ${edge} ${limit} ${unit}`
}

/** The sentence of a component's own check, less what must not be shown. */
function authorsSentence({ issue, node, path, schema }: Wrong, name: string): Sentence {
  const hidden = node === undefined ? [] : hiddenValues(node, schemasAt(schema, path), schema)
  const show = (text: string) => redact(text, hidden).trimEnd().split('\n').map(visible).join('\n')
  const message = show(issue.message)
  const params = issue.code === 'custom' ? issue.params : undefined
  const { offset, suggestion } = params ?? {}
  const types = expectedTypes(schema, path)
  return {
    message: path.length === 0 ? message : `${name}${CLAUSE.test(message) ? '' : ':'} ${message}`,
    suggestion:
      typeof suggestion === 'string'
        ? show(suggestion)
        : types.includes('duration')
          ? typeHint(node, types)
          : undefined,
    offset: typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 ? offset : undefined,
  }
}
