import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { duration, formatDuration, parseDuration, Secret, secret, size } from './schema.ts'

describe('a duration', () => {
  it('is a number of units, or several', () => {
    expect(['250ms', '90s', '60m', '1h30m', '2d', '0s'].map(parseDuration)).toEqual([
      250, 90_000, 3_600_000, 5_400_000, 172_800_000, 0,
    ])
  })

  it('is refused when it has no unit, a fraction, a sign, or more than a number can hold', () => {
    for (const text of ['', '60', '1.5h', '-1s', '1 h', '1w', 's', '1h30', 'PT1H', '999999999999d'])
      expect(parseDuration(text), text).toBeUndefined()
  })

  it('is read in no time however long the text', () => {
    expect(parseDuration('1'.repeat(1_000_000))).toBeUndefined()
    expect(parseDuration(`${'1s'.repeat(100_000)}x`)).toBeUndefined()
  })

  it('is written as the shortest one, and reads back the same', () => {
    expect([0, 5_400_000, 86_400_000, 1001].map(formatDuration)).toEqual(['0s', '1h30m', '1d', '1s1ms'])
    fc.assert(
      fc.property(fc.nat({ max: 1e14 }), (millis) => parseDuration(formatDuration(millis)) === millis),
    )
  })

  it('has a schema that says what it wants', () => {
    expect(duration().parse('90s')).toBe(90_000)
    expect(duration().safeParse('soon').error?.issues[0]?.message).toContain('such as 90s, 60m or 1h30m')
    expect(duration().safeParse(90).success).toBe(false)
  })
})

describe('a size', () => {
  it('is a number of bytes, or a number with a unit', () => {
    const sizes = [0, 1024, '64KiB', '1 MiB', '1.5KiB', '2GB', '10B']
    expect(sizes.map((value) => size().parse(value))).toEqual([0, 1024, 65_536, 1_048_576, 1536, 2e9, 10])
  })

  it('is refused otherwise, with what it wants', () => {
    for (const value of ['', '64', '64kb', '-1KiB', -1, 1.5, '1..5KiB', '999999999999999GiB'])
      expect(size().safeParse(value).success, String(value)).toBe(false)
    expect(size().safeParse('much').error?.issues[0]?.message).toContain('such as 64KiB')
  })
})

describe('a secret', () => {
  const key = new Secret('hunter2')

  it('gives its text only when asked for it', () => {
    expect(key.reveal()).toBe('hunter2')
  })

  it('is redacted wherever it is printed', () => {
    const printed = [String(key), `${key}`, JSON.stringify({ key }), inspect({ key }, { showHidden: true })]
    for (const text of printed) {
      expect(text).toContain('[redacted]')
      expect(text).not.toContain('hunter2')
    }
  })

  it('is not in the error of a schema that refuses it', () => {
    const schema = z.strictObject({ key: secret() })
    expect(schema.parse({ key: 'hunter2' }).key.reveal()).toBe('hunter2')
    expect(schema.safeParse({ key: 2_718_281 }).error?.message).not.toContain('2718281')
  })
})

describe('the schema types', () => {
  it('say their format in a JSON Schema', () => {
    const schema = z.strictObject({ every: duration(), limit: size(), key: secret() })
    const { properties } = z.toJSONSchema(schema, { io: 'input' })
    const formats = Object.values(properties ?? {}).map((field) => (field as { format?: string }).format)
    expect(formats).toEqual(['duration', 'size', 'secret'])
  })
})
