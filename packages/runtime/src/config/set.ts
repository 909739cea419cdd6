import type { Report } from './diagnostics.ts'
import { parseYaml } from './parse.ts'
import { beginning, newSource, type Place, type Source } from './source.ts'
import type { Entry, Tree } from './tree.ts'
import { refuse } from './yaml-tree.ts'

/**
 * What `--set a.b=value` says, as a tree of its own. The key is split at its dots, so `/name` belongs to the
 * id before it; the value is YAML.
 */
export function parseSet(
  argument: string,
  directory: string,
  report: Report,
): { source: Source; tree?: Tree } {
  const equals = argument.indexOf('=')
  const key = equals < 0 ? (/^[\w./-]*/.exec(argument)?.[0] ?? '') : argument.slice(0, equals)
  const source = newSource('set', key === '' ? '--set' : `--set ${key}`, argument, directory)
  const fail = (message: string, start = 0, suggestion?: string) => {
    source.broken = true
    report({ code: 'syntax', place: { source, start, end: start }, message, suggestion })
    return { source }
  }
  if (equals < 0) return fail('there is no "=" in it', 0, `write --set ${key === '' ? 'key.key' : key}=value`)
  if (equals > 0 && key.trim() !== key) return fail('there are spaces around its key')
  const names = key.split('.')
  if (names.includes('')) return fail('a part of its key is empty', 0, 'write --set key.key=value')
  const refusal = names.map(refuse).find((sentence) => sentence !== undefined)
  if (refusal !== undefined) return fail(refusal)

  const places = placesOf(source, names)
  let tree = parseYaml(source, equals + 1, report, places.at(-1) ?? beginning(source))
  if (source.broken) return { source }
  tree ??= { kind: 'scalar', value: null, place: places.at(-1) ?? beginning(source), bare: true }
  for (const [index, name] of [...names.entries()].reverse()) {
    const keyPlace = places[index] ?? beginning(source)
    const entry: Entry = { key: name, keyPlace, value: tree }
    tree = { kind: 'map', entries: new Map([[name, entry]]), place: keyPlace }
  }
  return { source, tree }
}

function placesOf(source: Source, names: readonly string[]): Place[] {
  let start = 0
  return names.map((name) => {
    const place = { source, start, end: start + name.length }
    start += name.length + 1
    return place
  })
}
