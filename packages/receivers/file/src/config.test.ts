import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { config } from './config.ts'

const messages = (value: unknown) => config.safeParse(value).error?.issues.map((issue) => issue.message) ?? []

describe('the configuration', () => {
  test('has defaults for all but include', () => {
    expect(config.parse({ include: 'a.ndjson' })).toEqual({
      include: ['a.ndjson'],
      exclude: [],
      start_at: 'beginning',
      follow: false,
      max_line_bytes: 1_048_576,
    })
  })

  test('refuses follow: true in one sentence that says what to write instead', () => {
    expect(messages({ include: 'a', follow: true })).toEqual([
      'following files needs persistent positions and is not in this version; set follow: false',
    ])
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
    expect(described).toHaveLength(5)
    for (const sentence of described) expect(sentence).toMatch(/\.$/)
    expect(schema.properties?.max_line_bytes).toMatchObject({ default: '1MiB', format: 'size' })
  })
})
