import { clock, MINUTE, SECOND } from './calendar.ts'
import { type Delivery, deliver, deliverAgain, deliverOther, SOON } from './delivery.ts'
import { requestUsage, trace } from './other-categories.ts'
import type { Random } from './random.ts'
import { type Call, ordinaryCall, type Shape } from './request-response.ts'
import { CHAT, CHAT_FAST, EMBEDDINGS, type Resource } from './resources.ts'

/** What happens on one account, on top of its background, and what a detector should make of it. */
export type Story = {
  resource: string
  /** One sentence, repeated in the truth. */
  tells: string
  tell: (random: Random, resource: Resource) => Delivery[]
}

const empty = (random: Random, resource: Resource, ms: number, change: Partial<Call> = {}): Call =>
  ordinaryCall(random, ms, resource, { deployment: CHAT, responseLength: '0', ...change })

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** A moment within a second of `ms`. */
const about = (random: Random, ms: number): number => ms + random.below(SECOND)

const burst: Story = {
  resource: 'contoso-support-chat',
  tells: 'eighteen empty answers between 09:12 and 09:34, in every spelling of zero: an alert at the tenth',
  tell: (random, resource) => {
    const start = clock('09:12:04')
    // Ten within six minutes, the others every two minutes, so that an open episode has an update to tell.
    const when = (i: number) =>
      about(random, start + (i < 10 ? i * 36 * SECOND : (i - 6) * 2 * MINUTE - 30 * SECOND))
    const spellings: [Partial<Call>, Shape][] = [
      [{}, {}],
      [{}, { properties: 'object' }],
      [{ signature: 200 }, {}],
      [{ responseLength: '"0"' }, {}],
      [{ responseLength: '0.0' }, {}],
      [{}, { kind: 'v1' }],
      [{ streaming: true }, {}],
      [{}, { resourceId: resource.id.toLowerCase() }],
      [{ deployment: CHAT_FAST }, { epoch: resource.epoch === 'unix' ? 'year_1' : 'unix' }],
      [{ responseLength: '0.0', signature: 200 }, { properties: 'object' }],
    ]
    const hits = times(18, (i) => {
      const [change, shape] = spellings[i] ?? [{}, {}]
      // The fifth is overtaken by four others, and is still inside the five minutes allowed.
      return deliver(empty(random, resource, when(i), change), i === 4 ? 150 * SECOND : SOON, shape)
    })
    const near: Delivery[] = [
      deliver(empty(random, resource, clock('09:13:31'), { responseLength: undefined })),
      deliver(empty(random, resource, clock('09:14:22'), { responseLength: 'null' })),
      deliver(empty(random, resource, clock('09:15:09'), { signature: '429' })),
      deliver(empty(random, resource, clock('09:16:40'), { deployment: EMBEDDINGS })),
      deliver(ordinaryCall(random, clock('09:14:50'), resource, { deployment: CHAT, signature: '400' })),
    ]
    const again = [hits[2], hits[6], hits[11]].flatMap((hit) => (hit ? [deliverAgain(hit, 20 * SECOND)] : []))
    const calls = times(34, (i) => {
      const ms = about(random, start + i * 41 * SECOND)
      return deliver(ordinaryCall(random, ms, resource, { deployment: CHAT }))
    })
    return [...hits, ...near, ...again, ...calls]
  },
}

const straddle: Story = {
  resource: 'fabrikam-claims-desk',
  tells: 'six empty answers before 14:00 and six after: no tumbling hour holds ten, a trailing hour does',
  tell: (random, resource) => {
    // The second, fifth and seventh are overtaken, by less than the five minutes allowed.
    const delays = [10, 170, 10, 10, 150, 10, 190, 10, 10, 10, 10, 10]
    const hits = delays.map((delay, i) => {
      const ms = clock('13:47:20') + i * 2 * MINUTE + (i < 6 ? 0 : 90 * SECOND)
      return deliver(empty(random, resource, about(random, ms)), delay * SECOND)
    })
    const calls = times(26, (i) =>
      deliver(ordinaryCall(random, about(random, clock('13:44:30') + i * 70 * SECOND), resource)),
    )
    return [...hits, ...calls]
  },
}

const loadTest: Story = {
  resource: 'contoso-loadtest',
  tells: 'sixty answers empty on purpose, all from one account: an alert unless an exception names it',
  tell: (random, resource) => {
    const [account = ''] = resource.accounts
    return times(80, (i) => {
      const ms = about(random, clock('11:00:10') + i * 30 * SECOND)
      const change: Partial<Call> = { account, deployment: CHAT_FAST, requestLength: 512 }
      return deliver(
        i % 4 === 3 ? ordinaryCall(random, ms, resource, change) : empty(random, resource, ms, change),
      )
    })
  },
}

const duplicates: Story = {
  resource: 'northwind-search-assist',
  tells: 'nine empty answers, several of them delivered or written twice: no alert, unless rows are counted',
  tell: (random, resource) =>
    times(9, (i) => {
      const call = empty(random, resource, about(random, clock('16:05:30') + i * 4 * MINUTE))
      const first = deliver(call)
      if (i === 7) return [first, deliverAgain(first, 35 * SECOND), deliverAgain(first, 36 * SECOND)]
      if (i === 0 || i === 3 || i === 5) return [first, deliverAgain(first, (20 + i * 15) * SECOND)]
      if (i === 2 || i === 6) return [first, deliver(call, SOON + 40, { kind: 'near_empty' })]
      if (i === 4) return [first, deliver({ ...call, at: { ms: call.at.ms + 2, ticks: 17 } }, SOON + 900)]
      // Categories that are not calls, empty as they look, do not make it ten.
      return [
        first,
        deliverOther(trace(call), call, 'Trace'),
        deliverOther(requestUsage(random, call), call, 'AzureOpenAIRequestUsage'),
      ]
    }).flat(),
}

const late: Story = {
  resource: 'litware-notes-lab',
  tells: 'eight empty answers in time and four more half an hour late: an alert only if lateness is allowed',
  tell: (random, resource) => {
    const hit = (time: number, after: number) => deliver(empty(random, resource, about(random, time)), after)
    const inTime = times(8, (i) => hit(clock('10:32:00') + i * 140 * SECOND, SOON))
    const behind = times(4, (i) => hit(clock('10:36:00') + i * 200 * SECOND, 32 * MINUTE + i * SECOND))
    return [...inTime, ...behind]
  },
}

const steadyNine: Story = {
  resource: 'tailspin-booking-chat',
  tells: 'an empty answer exactly every 400 s for three hours: nine in any hour, ten only if both ends count',
  tell: (random, resource) =>
    times(27, (i) => {
      const at = { ms: clock('12:00:00') + i * 400 * SECOND, ticks: 0 }
      return deliver(empty(random, resource, at.ms, { at }))
    }),
}

const embeddings: Story = {
  resource: 'proseware-embeddings',
  tells: 'fifteen empty answers that are embeddings: not what the rule is about',
  tell: (random, resource) =>
    times(15, (i) => {
      const ms = about(random, clock('08:20:00') + i * 70 * SECOND)
      return deliver(empty(random, resource, ms, { deployment: EMBEDDINGS }))
    }),
}

const filtered: Story = {
  resource: 'wingtip-moderation',
  tells: 'fourteen filtered prompts (400, with a body) and twelve refused calls (429, length 0): no success',
  tell: (random, resource) => [
    ...times(14, (i) => {
      const ms = about(random, clock('15:30:00') + i * 50 * SECOND)
      const change = { deployment: CHAT, signature: '400', responseLength: String(random.between(480, 910)) }
      return deliver(ordinaryCall(random, ms, resource, change))
    }),
    ...times(12, (i) => {
      const ms = about(random, clock('15:34:00') + i * 20 * SECOND)
      return deliver(empty(random, resource, ms, { signature: '429' }))
    }),
  ],
}

export const STORIES: readonly Story[] = [
  burst,
  straddle,
  loadTest,
  duplicates,
  late,
  steadyNine,
  embeddings,
  filtered,
]
