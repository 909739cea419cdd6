import { clock, HOUR, SECOND } from './calendar.ts'
import { createRandom, type Random } from './random.ts'
import { ordinaryCall, requestResponse } from './request-response.ts'
import { bulkName, bulkResources, type Resource } from './resources.ts'

export type BulkOptions = { seed: number; records: number; groups: number }

/** Several times in the day one account answers empty for twenty minutes. */
export type BulkBurst = { group: number; resource: string; first: number; last: number; every: number }

const DAY = 24 * HOUR
const BURSTS = 6
const EMPTY_IN_A_BURST = 40

/** About this much text is handed on at a time. */
const CHUNK = 64 * 1024

/**
 * Where the bursts are, by the number of the record (from 0): every `every`-th from `first` to `last`. A burst
 * has at least ten empty answers from 1,000 records on.
 */
export function bulkBursts({ records, groups }: Omit<BulkOptions, 'seed'>): BulkBurst[] {
  const twentyMinutes = Math.floor(records / 72)
  return Array.from({ length: BURSTS }, (_, i) => {
    const first = Math.floor(((i + 0.5) * records) / BURSTS)
    const every = Math.max(1, Math.floor(twentyMinutes / EMPTY_IN_A_BURST))
    const group = (i * 7 + 3) % groups
    return { group, resource: bulkName(group), first, last: first + twentyMinutes - 1, every }
  })
}

/**
 * Any number of genuine-looking records, in chunks of whole lines: one day, event times forward with less than
 * two seconds of jitter. Holds the accounts and one chunk, whatever the number of records.
 */
export function* bulk(options: BulkOptions): Generator<string> {
  const { seed, records, groups } = options
  const random = createRandom(seed, 'bulk')
  const resources = bulkResources(seed, groups)
  const bursts = bulkBursts(options)
  // One an hour and account keeps what is outside the bursts well below ten.
  const emptyShare = Math.min(0.001, (24 * groups) / records)
  const start = clock('00:00:00')

  let chunk = ''
  let burst = bursts.shift()
  for (let i = 0; i < records; i++) {
    while (burst && i > burst.last) burst = bursts.shift()
    const struck =
      burst && i >= burst.first && (i - burst.first) % burst.every === 0 ? resources[burst.group] : undefined
    const ms = start + Math.floor((i * DAY) / records) + random.below(2 * SECOND)
    chunk += `${record(random, ms, struck ?? random.pick(resources), struck !== undefined, emptyShare)}\n`
    if (chunk.length >= CHUNK) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

function record(random: Random, ms: number, resource: Resource, struck: boolean, emptyShare: number): string {
  const [chat, embeddings, completions] = resource.deployments
  const kind = struck ? 0 : random.unit()
  const deployment = kind < 0.7 ? chat : kind < 0.95 ? embeddings : completions
  if (!deployment) throw new Error(`${resource.name} has not the deployments that bulk wants`)
  const call = ordinaryCall(random, ms, resource, { deployment })
  const chance = random.unit()
  if (struck || (kind < 0.7 && chance < emptyShare)) call.responseLength = '0'
  else if (chance > 0.98) call.signature = chance > 0.99 ? '429' : '400'
  else if (kind < 0.7 && chance > 0.9) call.streaming = true
  return requestResponse(call)
}
