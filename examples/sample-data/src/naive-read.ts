/** A record of the sample as a plain reader sees it, for the tests: it knows nothing of how it was made. */
export type Seen = { line: number; record: Record<string, unknown>; properties: Record<string, unknown> }

/** Reads every record that can be read; the others are counted by line. */
export function naiveRead(text: string): { seen: Seen[]; lines: string[]; unreadable: number[] } {
  const seen: Seen[] = []
  const unreadable: number[] = []
  const lines = text.split('\n').slice(0, -1)
  for (const [index, content] of lines.entries()) {
    const line = index + 1
    try {
      for (const record of recordsOf(JSON.parse(content))) {
        const inner = record.properties
        seen.push({ line, record, properties: typeof inner === 'string' ? JSON.parse(inner) : inner })
      }
    } catch {
      unreadable.push(line)
    }
  }
  return { seen, lines, unreadable }
}

function recordsOf(value: Record<string, unknown>): Record<string, unknown>[] {
  if (Array.isArray(value)) return value
  return Array.isArray(value.records) ? value.records : [value]
}

/** The account's name, lower case; null where the record is not an account's. */
export function accountOf({ record }: Seen): string | null {
  return /\/accounts\/(.+)$/.exec(String(record.resourceId).toLowerCase())?.[1] ?? null
}

export function isChat({ record }: Seen): boolean {
  return record.category === 'RequestResponse' && record.operationName === 'ChatCompletions_Create'
}

/** What the rule counts, straight from its words. */
export function isMatch(seen: Seen): boolean {
  const length = seen.properties.responseLength
  const zero = typeof length === 'string' ? /^0+$/.test(length) : length === 0
  return isChat(seen) && String(seen.record.resultSignature) === '200' && zero
}

/** The most that fall into any trailing hour, and when ten are first reached. */
export function mostInAnHour(times: readonly number[]): { most: number; tenth: number | undefined } {
  const sorted = [...times].sort((one, other) => one - other)
  const counts = sorted.map((end) => sorted.filter((time) => time > end - 3_600_000 && time <= end).length)
  return { most: Math.max(0, ...counts), tenth: sorted[counts.findIndex((count) => count >= 10)] }
}
