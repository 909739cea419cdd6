import { expect, test } from 'vitest'
import { parseDatetime } from './datetime.ts'

test('dates and times in ISO 8601 are read, without a zone as UTC', () => {
  const start = Date.UTC(2026, 1, 3)
  expect(parseDatetime('2026-02-03')).toBe(start)
  expect(parseDatetime('2026')).toBe(Date.UTC(2026))
  expect(parseDatetime('2026-02')).toBe(Date.UTC(2026, 1))
  expect(parseDatetime('2026-02-03T04')).toBe(start + 4 * 3_600_000)
  expect(parseDatetime('2026-02-03T04:05:06.789Z')).toBe(Date.UTC(2026, 1, 3, 4, 5, 6, 789))
  expect(parseDatetime('2026-02-03T04:05:06.7899999')).toBe(Date.UTC(2026, 1, 3, 4, 5, 6, 789))
  expect(parseDatetime('2026-02-03T04:05+02:30')).toBe(Date.UTC(2026, 1, 3, 1, 35))
  expect(parseDatetime('2026-02-03T04:05-0100')).toBe(Date.UTC(2026, 1, 3, 5, 5))
})

test('dates that are none are refused', () => {
  const wrong = [
    '',
    '2026-02-30',
    '2026-13-01',
    '2026-01-01T24:00',
    '2026-01-01T10:60',
    '26-01-01',
    '2026-1-1',
  ]
  wrong.push('2026-01-01 10:00', '2026-01-01T10:00+19:00', '2026-01-01T10:00+01:60', 'now')
  for (const text of wrong) expect(parseDatetime(text), text).toBe(null)
})
