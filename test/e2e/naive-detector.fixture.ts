/**
 * A second opinion: reads the NDJSON with nothing but `JSON.parse`, and counts by going through everything again at
 * every match. Written from the design's section 7; shares no line with Lacuna. One finite input, no exceptions,
 * told at the threshold.
 */

export interface NaiveOptions {
  /** All in milliseconds. */
  readonly size: number
  readonly slide?: number
  readonly tumbling?: boolean
  readonly threshold: number
  readonly recoverBelow: number
  /** Now, in milliseconds: later than this by more than ten minutes is a wrong clock. */
  readonly now: number
}

type Nanos = bigint

interface Seen {
  readonly at: Nanos
  readonly group: string | null
  readonly id: string | undefined
  readonly match: boolean
}

interface Step {
  readonly record: Seen | undefined
  /** After the record. */
  readonly watermark: Nanos
}

const MILLI = 1_000_000n
const SKEW = 600_000n * MILLI
const DISORDER = 300_000n * MILLI

/** Opens and resolves, as `group status count timestamp start end`. */
export function naiveAlerts(text: string, options: NaiveOptions): string[] {
  const { steps, last, held } = inEventTime(readRecords(text), BigInt(options.now) * MILLI + SKEW)
  if (held >= options.threshold) throw new Error('too many wrong clocks for this second opinion')
  const groups = new Map<string | null, Group>()
  const told: string[] = []
  for (const { record, watermark } of steps) {
    for (const group of groups.values()) group.silence(watermark, undefined)
    if (record === undefined || !record.match) continue
    let group = groups.get(record.group)
    if (group === undefined) {
      const tell: Tell = (...facts) => told.push(line(record.group, ...facts))
      group = options.slide || options.tumbling ? aligned(options, tell) : continuous(options, tell)
      groups.set(record.group, group)
    }
    group.match(record)
  }
  for (const group of groups.values()) group.silence(last + 10n ** 20n, last)
  return told
}

interface Group {
  match(record: Seen): void
  /** Resolves what nothing more can keep open; never later than `atMost`. */
  silence(watermark: Nanos, atMost: Nanos | undefined): void
}

type Tell = (status: string, count: number, at: Nanos, start: Nanos, end: Nanos) => void

function continuous({ size, threshold, recoverBelow }: NaiveOptions, tell: Tell): Group {
  const length = BigInt(size) * MILLI
  const seen = repeats(length)
  const times: Nanos[] = []
  let open = false
  let resolvedAt = 0n
  const count = (end: Nanos) => times.filter((time) => time > end - length && time <= end).length
  const fall = () => (times.at(-recoverBelow) ?? 0n) + length
  const resolve = (at: Nanos) => {
    const over = times.filter((time) => time < at && count(time) >= threshold).at(-1) ?? 0n
    tell('resolved', count(over), at, over - length, over)
    open = false
    resolvedAt = at
  }
  return {
    match({ at, id }) {
      if (seen(id, at)) return
      if (open && at >= (times.at(-1) ?? 0n) && fall() <= at) resolve(fall())
      times.push(at)
      times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      if (open) return
      const reached = times.find((time) => {
        return time >= at && time < at + length && time >= resolvedAt && count(time) >= threshold
      })
      if (reached === undefined) return
      open = true
      tell('open', count(reached), reached, reached - length, reached)
    },
    silence(watermark, atMost) {
      if (!open || fall() > watermark) return
      resolve(atMost !== undefined && atMost < fall() ? atMost : fall())
    },
  }
}

function aligned(options: NaiveOptions, tell: Tell): Group {
  const { size, tumbling, threshold, recoverBelow } = options
  const length = BigInt(size) * MILLI
  const slide = tumbling ? length : BigInt(options.slide ?? size) * MILLI
  const seen = tumbling ? repeatsIn((at) => at / length) : repeats(length)
  const times: Nanos[] = []
  let open = false
  let resolvedAt = 0n
  const count = (start: Nanos) => times.filter((time) => time >= start && time < start + length).length
  const starts = (from: Nanos, to: Nanos) => {
    const list: Nanos[] = []
    for (let start = (from / slide) * slide; start <= to; start += slide) if (start >= from) list.push(start)
    return list
  }
  const windows = () => {
    const sorted = [...times].sort((a, b) => (a < b ? -1 : 1))
    return starts((sorted[0] ?? 0n) - length + 1n, (sorted.at(-1) ?? 0n) + 2n * length)
  }
  const told = new Set<Nanos>()
  return {
    match({ at, id }) {
      if (seen(id, at)) return
      times.push(at)
      const over = starts(at - length + 1n, at).find((start) => {
        return count(start) >= threshold && start + length > resolvedAt && !(tumbling && told.has(start))
      })
      if (over === undefined) return
      told.add(over)
      if (!open) tell('open', count(over), at, over, over + length)
      open = true
    },
    silence(watermark, atMost) {
      if (!open) return
      const all = windows()
      const last = all.filter((start) => count(start) >= threshold).at(-1) ?? 0n
      const low = all.find((start) => start > last && count(start) < recoverBelow)
      if (low === undefined || low + length > watermark) return
      open = false
      const end = low + length
      resolvedAt = end
      tell('resolved', count(last), atMost !== undefined && atMost < end ? atMost : end, last, last + length)
    },
  }
}

/** Whether an id was counted less than a window ago. */
function repeats(length: Nanos): (id: string | undefined, at: Nanos) => boolean {
  const first = new Map<string, Nanos>()
  return (id, at) => {
    if (id === undefined) return false
    const before = first.get(id)
    if (before !== undefined && before - at < length && at - before < length) return true
    first.set(id, at)
    return false
  }
}

function repeatsIn(window: (at: Nanos) => Nanos): (id: string | undefined, at: Nanos) => boolean {
  const counted = new Set<string>()
  return (id, at) => {
    if (id === undefined) return false
    const key = `${window(at)} ${id}`
    return counted.has(key) || !counted.add(key)
  }
}

/** What a reader of the contract takes for a record: in the order of the file. */
function readRecords(text: string): Seen[] {
  const seen: Seen[] = []
  for (const line of text.split('\n')) {
    for (const record of parsed(line)) {
      const { category, operationName, resultSignature, correlationId, time, resourceId } = record
      if (category !== 'RequestResponse' && category !== 'Audit' && category !== 'GatewayLogs') continue
      const inner = typeof record.properties === 'string' ? parsed(record.properties)[0] : record.properties
      if (inner === undefined || inner === null) continue
      const { responseLength } = inner as Record<string, unknown>
      if (typeof responseLength === 'string' && !/^[\d.]+$/.test(responseLength)) continue
      const chat = category === 'RequestResponse' && operationName === 'ChatCompletions_Create'
      seen.push({
        at: nanosOf(String(time)),
        group: /\/accounts\/(.+)$/.exec(String(resourceId).toLowerCase())?.[1] ?? null,
        id: typeof correlationId === 'string' ? correlationId : undefined,
        match:
          chat &&
          String(resultSignature) === '200' &&
          responseLength !== undefined &&
          responseLength !== null &&
          responseLength !== '' &&
          Number(responseLength) === 0,
      })
    }
  }
  return seen
}

function parsed(line: string): Record<string, unknown>[] {
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    if (Array.isArray(value)) return value
    return Array.isArray(value.records) ? value.records : [value]
  } catch {
    return []
  }
}

function nanosOf(time: string): Nanos {
  const [, whole = '', decimals = ''] = /^(.{19})\.?(\d*)Z$/.exec(time) ?? []
  return BigInt(Date.parse(`${whole}Z`)) * MILLI + BigInt(decimals.padEnd(9, '0'))
}

/** Puts late records aside and records of wrong clocks where event time reaches them. */
function inEventTime(records: readonly Seen[], future: Nanos) {
  const steps: Step[] = []
  let waiting: Nanos[] = []
  let held: Seen[] = []
  let greatest: Nanos | undefined
  const watermark = () => (greatest ?? 0n) - DISORDER
  const believe = (at: Nanos) => {
    if (greatest !== undefined && at <= greatest) return
    greatest = at
    const reached = held.filter((record) => record.at <= at).sort((a, b) => (a.at < b.at ? -1 : 1))
    held = held.filter((record) => record.at > at)
    // They are there before the record that moved event time, so before the watermark has followed.
    for (const record of reached) steps.push({ record, watermark: 0n })
  }
  const settle = (atEnd: boolean) => {
    for (;;) {
      const [head, ...rest] = waiting
      if (head === undefined) return
      if (greatest !== undefined && head - greatest > SKEW) {
        const refuted = rest.some((after) => after < head - DISORDER)
        if (!refuted && rest.length < 3 && !atEnd) return
        waiting = rest
        if (!refuted) believe(head)
      } else {
        waiting = rest
        believe(head)
      }
    }
  }
  for (const record of records) {
    if (record.at <= future) waiting.push(record.at)
    settle(false)
    const late = record.at < watermark()
    if (greatest === undefined || record.at > greatest) held.push(record)
    else steps.push({ record: late ? undefined : record, watermark: watermark() })
  }
  settle(true)
  return { steps, last: greatest ?? 0n, held: held.filter((record) => record.match).length }
}

function line(
  group: string | null,
  status: string,
  count: number,
  at: Nanos,
  start: Nanos,
  end: Nanos,
): string {
  return [group, status, count, ...[at, start, end].map(iso)].join(' ')
}

function iso(at: Nanos): string {
  const millis = at / MILLI
  return `${new Date(Number(millis)).toISOString().slice(0, -1)}${String(at % MILLI).padStart(6, '0')}Z`
}
