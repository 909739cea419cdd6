import { spoil } from '../../examples/sample-data/src/broken.ts'
import { auditListKey, gatewayLog } from '../../examples/sample-data/src/other-categories.ts'
import { createRandom, type Random } from '../../examples/sample-data/src/random.ts'
import { ordinaryCall, requestResponse } from '../../examples/sample-data/src/request-response.ts'
import { bulkResources, CHAT, type Resource } from '../../examples/sample-data/src/resources.ts'

/** How much input a run gets. */
export interface InputOptions {
  readonly seed: number
  /** Ordinary records beside the bursts. */
  readonly records: number
  readonly resources: number
  /** Files or partitions; a resource is in one of them. */
  readonly sources: number
}

/** What goes into Lacuna: lines of each source, in the order in which they are written. */
export interface Input {
  readonly options: InputOptions
  readonly sources: readonly (readonly string[])[]
  /** Resources at the end of each source whose episode says that all before it has been read. */
  readonly sentinels: readonly string[]
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Long past, so that no wall clock, right or wrong, has a say in it. */
const START = Date.parse('2026-09-14T00:00:00Z')
const SPAN = 8 * HOUR
/** A minute and more below the detector's bound of five. */
const DISORDER = 210 * SECOND
/** Empty answers of a burst: below the threshold, at it, above it, and enough for updates. */
const SIZES = [6, 9, 9, 10, 10, 11, 14, 25, 45]
const LENGTHS = [2 * MINUTE, 15 * MINUTE, 40 * MINUTE, 59 * MINUTE, 90 * MINUTE]

interface Line {
  readonly arrives: number
  readonly text: string
}

/** Makes the input that a seed stands for: the same bytes on every machine. */
export function makeInput(options: InputOptions): Input {
  const { seed, records, resources: count, sources } = options
  const random = createRandom(seed, 'faults')
  const resources = bulkResources(seed, count + sources)
  const written: Line[][] = Array.from({ length: sources }, () => [])
  const put = (index: number, at: number, text: string) => {
    const list = written[index % sources]
    list?.push({ arrives: at + random.below(DISORDER), text })
    // Delivery is at least once: now and then the same again, soon or as late as the disorder allows.
    if (random.chance(0.04)) list?.push({ arrives: at + random.below(DISORDER), text })
  }
  const each = (index: number): Resource => {
    const resource = resources[index]
    if (resource === undefined) throw new RangeError(`no resource ${index}`)
    return resource
  }

  for (let n = 0; n < records; n++) {
    const index = random.below(count)
    const at = START + Math.floor((n * SPAN) / records) + random.below(SECOND)
    put(index, at, ordinary(random, at, each(index)))
  }
  for (let index = 0; index < count; index++) {
    for (const { from, size, length } of bursts(random)) {
      for (let n = 0; n < size; n++) {
        const at = from + Math.floor((n * length) / size) + random.below(SECOND)
        put(index, at, empty(random, at, each(index)))
      }
    }
  }
  const sentinels: string[] = []
  const all = written.map((list, index) => {
    const last = each(count + index)
    sentinels.push(last.name)
    list.sort((a, b) => a.arrives - b.arrives)
    const lines = wrap(
      random,
      list.map(({ text }) => text),
    )
    // More than a window later: whatever is open is over by then.
    const end = START + SPAN + 4 * HOUR
    for (let n = 0; n < 12; n++) lines.push(empty(random, end + n * SECOND, last))
    lines.push(requestResponse(ordinaryCall(random, end + MINUTE, last, { deployment: CHAT })))
    return lines
  })
  return { options, sources: all, sentinels }
}

function bursts(random: Random): { from: number; size: number; length: number }[] {
  const list: { from: number; size: number; length: number }[] = []
  let from = START + random.below(HOUR)
  while (from < START + SPAN - 2 * HOUR) {
    const length = random.pick(LENGTHS)
    list.push({ from, size: random.pick(SIZES), length })
    from += length + random.below(2 * HOUR)
  }
  return list
}

function empty(random: Random, at: number, resource: Resource): string {
  return requestResponse(ordinaryCall(random, at, resource, { deployment: CHAT, responseLength: '0' }))
}

function ordinary(random: Random, at: number, resource: Resource): string {
  const call = ordinaryCall(random, at, resource)
  const chance = random.below(100)
  if (chance < 3) return requestResponse({ ...call, signature: '429', responseLength: '0' })
  if (chance < 5) return requestResponse({ ...call, responseLength: undefined }, { kind: 'near_empty' })
  if (chance < 7) return gatewayLog(random, call)
  if (chance < 8) return auditListKey(random, call.at, resource)
  if (chance < 9) return spoil.not_json(requestResponse(call))
  if (chance < 10) return spoil.torn(requestResponse(call))
  if (chance < 14) return requestResponse(call, { kind: 'v1' })
  return requestResponse(call)
}

/** Some records come several to a line, as Azure Monitor sends them. */
function wrap(random: Random, texts: readonly string[]): string[] {
  const lines: string[] = []
  for (let at = 0; at < texts.length; ) {
    const size = random.chance(0.03) ? random.between(2, 12) : 1
    const some = texts.slice(at, at + size)
    at += size
    // What cannot be parsed would spoil its neighbours, and how much of them is not ours to say here.
    if (some.length > 1 && some.every(isJson)) lines.push(`{"records":[${some.join(',')}]}`)
    else lines.push(...some)
  }
  return lines
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
