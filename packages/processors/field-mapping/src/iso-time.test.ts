import { formatTime } from '@lacuna/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIsoTime, timeOfParts } from './iso-time.ts'

const at = (text: string) => {
  const time = parseIsoTime(text)
  return time === undefined ? undefined : formatTime(time)
}

test('keeps up to nine decimals and cuts off what follows', () => {
  expect(at('2026-09-14T10:00:00Z')).toBe('2026-09-14T10:00:00.000000000Z')
  expect(at('2026-09-14T10:00:00.1Z')).toBe('2026-09-14T10:00:00.100000000Z')
  expect(at('2026-09-14T10:00:00.1234567Z')).toBe('2026-09-14T10:00:00.123456700Z')
  expect(at('2026-09-14T10:00:00.123456789Z')).toBe('2026-09-14T10:00:00.123456789Z')
  expect(at('2026-09-14T10:00:00.1234567899999Z')).toBe('2026-09-14T10:00:00.123456789Z')
})

test('knows offsets, and takes a time without one for UTC', () => {
  for (const zone of ['+02:00', '+0200', '+02'])
    expect(at(`2026-09-14T12:00:00${zone}`)).toBe(at('2026-09-14T10:00:00Z'))
  expect(at('2026-09-14T04:30:00-05:30')).toBe(at('2026-09-14T10:00:00Z'))
  expect(at('2026-09-14T00:30:00.5+01:00')).toBe('2026-09-13T23:30:00.500000000Z')
  expect(at('2026-09-14 10:00:00')).toBe(at('2026-09-14T10:00:00z'))
})

test('days before 1970 count backwards, their decimals forwards', () => {
  expect(parseIsoTime('1969-12-31T23:59:58.25Z')).toEqual([-2, 250_000_000])
  expect(parseIsoTime('0001-01-01T00:00:00Z')).toEqual([-62_135_596_800, 0])
  expect(parseIsoTime('9999-12-31T23:59:59.999999999Z')).toEqual([253_402_300_799, 999_999_999])
})

test('refuses what is no time, or none that exists', () => {
  for (const text of [
    '',
    'yesterday',
    '2026-09-14',
    '2026-09-14T10:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00ZZ',
    '2026-01-01T00:00:00+',
    '2026-01-01T00:00:00+25:00',
    '2026-01-01T00:00:00+01:60',
    '2026-01-01T00:00:00+1:00',
    '2026-01-01T00:00:00+01-00',
    '2026/01/01T00:00:00Z',
    '2026-01-01X00:00:00Z',
    '2026-01-01T00.00.00Z',
    '20260101T000000.0000Z',
    '+2026-01-01T00:00:00Z',
    '2026-01-01T00:00:0:Z',
    '２０２６-01-01T00:00:00Z',
    '2026-01-01T00:00:00 Z',
    ' 2026-01-01T00:00:00Z',
    '9/14/2026 9:12:07 AM',
    `2026-01-01T00:00:00.${'0'.repeat(100)}Z`,
    '2026-01-01T00:00:00.1.2Z',
    '2026-1-1T00:00:00.000000Z',
  ]) {
    expect(parseIsoTime(text), text).toBeUndefined()
  }
  expect(parseIsoTime('2024-02-29T00:00:00Z')).toBeDefined()
  expect(parseIsoTime('2000-02-29T00:00:00Z')).toBeDefined()
})

test('agrees with Date for every millisecond of years 1 to 9999, in any order', () => {
  const moment = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 9999 }), (date, ticks) => {
      const text = `${date.toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`
      const millis = date.getTime()
      const seconds = Math.floor(millis / 1000)
      const expected = [seconds, (millis - seconds * 1000) * 1_000_000 + ticks * 100]
      expect(parseIsoTime(text)).toEqual(expected)
      expect(timeOfParts(text.slice(0, 10), text.slice(11, 19), text.slice(20, 27))).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test('takes no text that Date would refuse, and throws for none', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+ '), minLength: 15, maxLength: 32 }),
      (text) => {
        const time = parseIsoTime(text)
        if (time !== undefined)
          expect(Number.isNaN(Date.parse(text.replace(/(\.\d{3})\d*/, '$1')))).toBe(false)
      },
    ),
    { numRuns: 2000 },
  )
})
