import type { Tree } from './tree.ts'
import { quote } from './visible.ts'

const NUMBER = /^[-+]?\d+(?:\.\d+)?$/
const YES: ReadonlySet<string> = new Set(['yes', 'on', 'y', '1'])
const NO: ReadonlySet<string> = new Set(['no', 'off', 'n', '0'])

/** What most likely was meant by a value of the wrong type. Never repeats what came from elsewhere, or a secret. */
export function typeHint(node: Tree | undefined, types: readonly string[]): string | undefined {
  if (node?.kind === 'map' || node?.kind === 'list' || node === undefined) return undefined
  const wants = new Set(types)
  const literal = node.substituted === undefined && !types.some((type) => type.includes('secret'))
  const text = String(node.value)
  if (wants.has('duration') && NUMBER.test(text))
    return literal ? `a duration has a unit: did you mean "${text}m"?` : 'a duration has a unit, as in 60m'
  const list = types.find((type) => type.startsWith('list of '))
  if (
    list !== undefined &&
    !wants.has('string') &&
    typeof node.value === 'string' &&
    literal &&
    text.length < 40
  )
    return `write it as a list: [${quote(text).slice(1, -1)}]`
  if (typeof node.value !== 'string') {
    const raw = node.place.source.text.slice(node.place.start, node.place.end)
    if (node.value === null || !(wants.has('string') || wants.has('secret'))) return undefined
    return literal && raw !== '' ? `put it in quotes: ${quote(raw)}` : 'put it in quotes'
  }
  if (!literal) return undefined
  if ((wants.has('number') || wants.has('integer')) && NUMBER.test(text))
    return `write it without quotes: ${text}`
  if (wants.has('boolean') && YES.has(text.toLowerCase())) return 'write true'
  return wants.has('boolean') && NO.has(text.toLowerCase()) ? 'write false' : undefined
}
