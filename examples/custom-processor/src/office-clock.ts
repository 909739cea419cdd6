/** When an office is open. */
export interface OfficeHours {
  /** `07:00`. */
  readonly from: string
  /** `19:00`; before `from` for a shift that goes on past midnight. */
  readonly to: string
  readonly timeZone: string
  readonly weekends: boolean
}

const QUARTER = 15 * 60_000
const DAY = 24 * 60
/** The greatest time that a `Date` holds. */
const LAST = 8.64e15

/**
 * Makes the function that says whether the office is open at a time, in milliseconds since 1970.
 *
 * Offsets of time zones change only at full quarters of an hour, so the last one asked for is kept: the dear part,
 * the calendar, is done once for all records of that quarter.
 *
 * @example
 * ```ts
 * const isOpen = officeClock({ from: '07:00', to: '19:00', timeZone: 'UTC', weekends: false })
 * isOpen(Date.UTC(2026, 8, 14, 12)) // true: a Monday at noon
 * ```
 */
export function officeClock({ from, to, timeZone, weekends }: OfficeHours): (millis: number) => boolean {
  const opens = minutesOf(from)
  const closes = minutesOf(to)
  const calendar = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  let quarter = Number.NaN
  let minuteAtStart = 0
  let weekend = false
  return (millis) => {
    if (!(Math.abs(millis) < LAST)) return false
    const current = Math.floor(millis / QUARTER)
    if (current !== quarter) {
      const parts = new Map(calendar.formatToParts(current * QUARTER).map(({ type, value }) => [type, value]))
      minuteAtStart = Number(parts.get('hour')) * 60 + Number(parts.get('minute'))
      weekend = parts.get('weekday') === 'Sat' || parts.get('weekday') === 'Sun'
      quarter = current
    }
    if (weekend && !weekends) return false
    const minute = (minuteAtStart + Math.floor((millis - current * QUARTER) / 60_000)) % DAY
    return opens <= closes ? minute >= opens && minute < closes : minute >= opens || minute < closes
  }
}

function minutesOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}
