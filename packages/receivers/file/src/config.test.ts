import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { config, startAt } from './config.ts'

const messages = (value: unknown) => config.safeParse(value).error?.issues.map((issue) => issue.message) ?? []

describe('the configuration', () => {
  test('has defaults for all but include', () => {
    expect(config.parse({ include: 'a.ndjson' })).toEqual({
      include: ['a.ndjson'],
      exclude: [],
      follow: true,
      poll_interval: 250,
      max_line_bytes: 1_048_576,
    })
  })

  test('begins at the end when it follows and at the beginning when it does not', () => {
    const begins = (settings: object) => startAt(config.parse({ include: 'a', ...settings }))
    expect(begins({})).toBe('end')
    expect(begins({ follow: false })).toBe('beginning')
    expect(begins({ start_at: 'beginning' })).toBe('beginning')
    expect(begins({ follow: false, start_at: 'end' })).toBe('end')
  })

  test('looks every ten milliseconds at most and every minute at least', () => {
    const complaint = ['expected a duration from 10ms to 1m']
    expect(config.parse({ include: 'a', poll_interval: '10ms' }).poll_interval).toBe(10)
    expect(messages({ include: 'a', poll_interval: '9ms' })).toEqual(complaint)
    expect(messages({ include: 'a', poll_interval: '61s' })).toEqual(complaint)
  })

  test('refuses a missing or empty include', () => {
    expect(messages({})).toHaveLength(1)
    expect(messages({ include: [] })).toHaveLength(1)
    expect(messages({ include: '' })).toHaveLength(1)
  })

  test('refuses a key that it does not know and a place to start that there is not', () => {
    expect(config.safeParse({ include: 'a', folow: false }).success).toBe(false)
    expect(config.safeParse({ include: 'a', start_at: 'middle' }).success).toBe(false)
  })

  test('takes sizes of lines from 16 bytes to 256 MiB', () => {
    expect(config.parse({ include: 'a', max_line_bytes: '64KiB' }).max_line_bytes).toBe(65_536)
    expect(config.parse({ include: 'a', max_line_bytes: 16 }).max_line_bytes).toBe(16)
    expect(messages({ include: 'a', max_line_bytes: 15 })).toEqual(['expected a size from 16B to 256MiB'])
    expect(messages({ include: 'a', max_line_bytes: '1GiB' })).toEqual(['expected a size from 16B to 256MiB'])
  })

  test('gives a JSON schema in which every field has a sentence', () => {
    const schema = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })
    const described = Object.values(schema.properties ?? {}).map(
      (field) => typeof field === 'object' && field.description,
    )
    expect(described).toHaveLength(6)
    for (const sentence of described) expect(sentence).toMatch(/\.$/)
    expect(schema.properties?.max_line_bytes).toMatchObject({ default: '1MiB', format: 'size' })
  })
})
