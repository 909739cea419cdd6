import type { Broken } from './broken.ts'
import { DATE, MINUTE } from './calendar.ts'
import type { Delivery, Fact } from './delivery.ts'
import { STORIES } from './stories.ts'

/** A successful chat completion of length zero. */
export type Match = {
  /** The line of the file that holds it, from 1. */
  line: number
  time: string
  correlationId: string
  /** Its correlation id has been seen before in this list. */
  duplicate?: true
  /** More than five minutes behind the latest record before it. */
  late?: true
  /** Its clock is ahead. */
  future?: true
}

/**
 * What is in the sample, from the plan that made it and not from reading it back. It says nothing of windows and
 * thresholds: what to alert on is for a test to work out.
 */
export type Truth = {
  sample: string
  seed: number
  date: string
  lines: number
  /** Records on lines that can be read, by category. */
  records: Record<Fact['category'], number>
  /** Records that cannot be read or mapped; `raw_newline` breaks two lines each. */
  broken: Record<Broken, number>
  /** Of the records in the categories a rule reads: RequestResponse, Audit, GatewayLogs. */
  order: { out_of_order: number; late: number; future: number }
  resources: {
    name: string
    story: string
    /** RequestResponse records of ChatCompletions_Create, whatever their result, duplicates and all. */
    calls: number
    matches: Match[]
  }[]
}

/** What the sample is made with where nothing is said: five minutes of disorder are no lateness. */
const OUT_OF_ORDERNESS = 5 * MINUTE

export type Placed = Delivery & { line: number }

/** States the truth about records in the order of the file. */
export function truthOf(
  sample: string,
  seed: number,
  lines: number,
  placed: readonly Placed[],
  names: readonly string[],
): Truth {
  const truth: Truth = {
    sample,
    seed,
    date: DATE,
    lines,
    records: { RequestResponse: 0, Audit: 0, GatewayLogs: 0, AzureOpenAIRequestUsage: 0, Trace: 0 },
    broken: { torn: 0, not_json: 0, single_quotes: 0, raw_newline: 0, unparsable_properties: 0, bad_type: 0 },
    order: { out_of_order: 0, late: 0, future: 0 },
    resources: names.map((name) => ({
      name,
      story: STORIES.find((story) => story.resource === name)?.tells ?? 'a day like any other',
      calls: 0,
      matches: [],
    })),
  }
  const byName = new Map(truth.resources.map((resource) => [resource.name, resource]))
  const seen = new Set<string>()
  let latest = 0

  for (const { line, fact, broken } of placed) {
    if (broken) truth.broken[broken]++
    if (!fact) continue
    truth.records[fact.category]++
    if (fact.category === 'Trace' || fact.category === 'AzureOpenAIRequestUsage') continue

    const late = !fact.future && fact.at.ms < latest - OUT_OF_ORDERNESS
    if (fact.future) truth.order.future++
    else if (late) truth.order.late++
    else if (fact.at.ms < latest) truth.order.out_of_order++
    if (!fact.future) latest = Math.max(latest, fact.at.ms)

    const resource = byName.get(fact.resource ?? '')
    if (!resource) continue
    if (fact.chat) resource.calls++
    if (!fact.empty || fact.correlationId === null) continue
    resource.matches.push({
      line,
      time: fact.time,
      correlationId: fact.correlationId,
      ...(seen.has(fact.correlationId) ? { duplicate: true } : {}),
      ...(late ? { late: true } : {}),
      ...(fact.future ? { future: true } : {}),
    })
    seen.add(fact.correlationId)
  }
  return truth
}
