import { background } from './background.ts'
import { clock } from './calendar.ts'
import type { Delivery } from './delivery.ts'
import { mishaps } from './mishaps.ts'
import { createRandom } from './random.ts'
import { dayResources } from './resources.ts'
import { STORIES } from './stories.ts'
import { type Placed, type Truth, truthOf } from './truth.ts'

/** The seed of the committed sample. */
export const DEFAULT_SEED = 1

/** When the next few records arrive together in one line, as an Event Hubs message has them. */
const TOGETHER: readonly (readonly [arrives: string, records: number, as: 'envelope' | 'array'])[] = [
  ['02:10:00', 3, 'envelope'],
  ['08:15:00', 6, 'array'],
  ['09:12:50', 8, 'envelope'],
  ['09:25:00', 4, 'array'],
  ['11:05:00', 12, 'envelope'],
  ['13:53:00', 7, 'envelope'],
  ['14:05:00', 5, 'array'],
  ['16:12:00', 10, 'envelope'],
  ['20:30:00', 1, 'envelope'],
]

/** The lines of the sample day, without their newlines, and the truth about them. Same seed, same bytes. */
export function day(
  seed: number = DEFAULT_SEED,
  sample = 'azure-openai-day.ndjson',
): { text: string; truth: Truth } {
  const resources = dayResources(seed)
  const deliveries = [
    ...background(createRandom(seed, 'background'), resources),
    ...mishaps(createRandom(seed, 'mishaps'), resources),
    ...STORIES.flatMap((story) => {
      const resource = resources.find((one) => one.name === story.resource)
      if (!resource) throw new Error(`a story is told of ${story.resource}, which is not among the resources`)
      return story.tell(createRandom(seed, story.resource), resource)
    }),
  ].sort((one, other) => one.arrives - other.arrives) // stable: what arrives together keeps its order

  const { lines, placed } = write(deliveries)
  const names = resources.map((resource) => resource.name)
  return { text: `${lines.join('\n')}\n`, truth: truthOf(sample, seed, lines.length, placed, names) }
}

function write(deliveries: readonly Delivery[]): { lines: string[]; placed: Placed[] } {
  const lines: string[] = []
  const placed: Placed[] = []
  const waiting = TOGETHER.map(([arrives, records, as]) => ({ from: clock(arrives), records, as }))
  for (let i = 0; i < deliveries.length; ) {
    const next = deliveries[i]
    if (!next) break
    const pack = waiting[0] && next.arrives >= waiting[0].from ? waiting.shift() : undefined
    const together = pack ? readable(deliveries.slice(i, i + pack.records)) : []
    const line = lines.length + 1
    if (pack && together.length > 0) {
      const list = `[${together.map((delivery) => delivery.text).join(',')}]`
      lines.push(pack.as === 'array' ? list : `{"records":${list}}`)
      placed.push(...together.map((delivery) => ({ ...delivery, line })))
      i += together.length
    } else {
      // A raw newline in a record makes two lines of it.
      lines.push(...next.text.split('\n'))
      placed.push({ ...next, line })
      i++
    }
  }
  return { lines, placed }
}

/** The first of them that can stand in a list: up to one that is broken. */
function readable(deliveries: readonly Delivery[]): Delivery[] {
  const end = deliveries.findIndex((delivery) => delivery.broken)
  return end === -1 ? [...deliveries] : deliveries.slice(0, end)
}
