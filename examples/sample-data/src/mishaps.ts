import type { Broken } from './broken.ts'
import { clock, DATE, HOUR, MINUTE } from './calendar.ts'
import { type Delivery, deliver, deliverBroken, deliverFromFuture } from './delivery.ts'
import type { Random } from './random.ts'
import { ordinaryCall } from './request-response.ts'
import { CHAT, CHAT_FAST, COMPLETIONS, type Resource } from './resources.ts'

/** Accounts with nothing else to tell, so that a mishap changes no count that matters. */
const CALM = [
  'vanarsdel-warehouse',
  'coho-winery-cellar',
  'relecloud-ops-chat',
  'trey-research-papers',
] as const

const BROKEN: readonly (readonly [time: string, broken: Broken])[] = [
  ['01:10:00', 'not_json'],
  ['07:25:00', 'torn'],
  ['08:41:00', 'single_quotes'],
  ['09:15:40', 'raw_newline'],
  ['10:05:00', 'unparsable_properties'],
  ['10:55:00', 'bad_type'],
  ['12:30:00', 'not_json'],
  ['13:58:30', 'torn'],
  ['15:45:00', 'single_quotes'],
  ['16:20:00', 'raw_newline'],
  ['17:35:00', 'unparsable_properties'],
  ['18:15:00', 'bad_type'],
  ['21:40:00', 'not_json'],
]

/** What goes wrong on the way: broken lines, late records, clocks that are ahead. */
export function mishaps(random: Random, resources: readonly Resource[]): Delivery[] {
  const calm = CALM.map((name) => resources.find((one) => one.name === name)).filter(
    (one) => one !== undefined,
  )
  const [first] = calm
  if (!first) throw new Error('the calm accounts are not among the resources')

  const broken = BROKEN.map(([time, kind]) =>
    // Completions, so that it makes no difference whether a spoilt record is still seen to be a call.
    deliverBroken(ordinaryCall(random, clock(time), first, { deployment: COMPLETIONS }), kind),
  )
  const late = ['08:10:00', '09:40:00', '11:25:00', '13:05:00', '15:20:00', '17:10:00'].map((time, i) =>
    deliver(ordinaryCall(random, clock(time), random.pick(resources)), (12 + i * 7) * MINUTE),
  )
  return [...broken, ...late, ...clocksAhead(random, calm)]
}

/**
 * Each arrives in the middle of a burst, where a watermark that believed it would make everything after late
 * and lose the alert. Two are empty answers: they count, alone in their hour.
 */
function clocksAhead(random: Random, calm: readonly Resource[]): Delivery[] {
  const ahead = (resource: Resource, ms: number, arrives: string, responseLength: string) => {
    const deployment = resource.deployments.includes(CHAT) ? CHAT : CHAT_FAST
    return deliverFromFuture(
      ordinaryCall(random, ms, resource, { deployment, responseLength }),
      clock(arrives),
    )
  }
  const [, winery, operations, papers] = calm
  if (!winery || !operations || !papers) throw new Error('too few calm accounts')
  return [
    ahead(operations, Date.parse(`2099${DATE.slice(4)}T09:14:10Z`), '09:14:12', '0'),
    ahead(winery, clock('13:52:31') + 5 * HOUR, '13:52:40', '0'),
    ahead(papers, clock('17:20:00') + 90 * MINUTE, '17:20:03', '1840'),
  ]
}
