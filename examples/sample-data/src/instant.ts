/**
 * A moment as Azure writes it, to 100 ns: milliseconds since 1970 and 0 to 9,999 ticks. Two numbers, because
 * a tick count is above 2^53 and would lose its last digits in one.
 */
export type Instant = { ms: number; ticks: number }

/** Milliseconds from year 1, where .NET starts to count, to 1970. */
const YEAR_1_TO_1970 = 62_135_596_800_000

const fourDigits = (ticks: number): string => String(ticks).padStart(4, '0')

/** `2026-09-14T09:12:07.1234567Z`: ISO 8601, UTC, seven decimals. */
export function isoTime(at: Instant): string {
  return `${new Date(at.ms).toISOString().slice(0, -1)}${fourDigits(at.ticks)}Z`
}

/** The moment in 100-ns ticks, as the text of a JSON number: 18 digits since year 1, 17 since 1970. */
export function tickText(at: Instant, epoch: 'year_1' | 'unix'): string {
  return `${at.ms + (epoch === 'year_1' ? YEAR_1_TO_1970 : 0)}${fourDigits(at.ticks)}`
}
