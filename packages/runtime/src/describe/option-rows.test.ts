import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fakes } from '../config/fakes.fixture.ts'
import { optionRows } from './option-rows.ts'

const rows = (schema: z.ZodType) =>
  optionRows(schema).map(({ path, type, default: given }) => [path, type, given])

describe('optionRows', () => {
  it('gives every option with its type and default, nested ones behind what holds them', () => {
    expect(rows(fakes.detect.config)).toEqual([
      ['threshold', 'integer', '10'],
      ['recover_below', 'integer', undefined],
      ['ratio', 'number', '0.5'],
      ['dedupe_by', 'string or null', 'id'],
      ['window', 'map', '{ type: sliding, size: 1h }'],
      ['window.type', '"tumbling" or "sliding"', undefined],
      ['window.size', 'duration', undefined],
      ['window.slide', 'duration', undefined],
      ['limits', 'map', '{}'],
      ['limits.groups', 'integer', '1000'],
      ['limits.deep', 'map', '{}'],
      ['limits.deep.on', 'boolean', 'true'],
      ['exceptions', 'list of map', '[]'],
      ['exceptions[].name', 'string', undefined],
      ['exceptions[].where', 'string', undefined],
      ['exceptions[].expires', 'date-time', undefined],
    ])
  })

  it('shows durations, sizes and secrets as such, and their defaults as they are written', () => {
    expect(rows(fakes.file.config)).toEqual([
      ['include', 'string or list of string', undefined],
      ['exclude', 'list of string', '[]'],
      ['start_at', '"beginning" or "end"', 'beginning'],
      ['follow', 'boolean', 'false'],
      ['max_line_bytes', 'size', '1MiB'],
      ['poll_interval', 'duration', '1m'],
    ])
    expect(rows(fakes.slack.config)).toContainEqual(['token', 'secret', undefined])
    expect(rows(fakes.slack.config)).toContainEqual(['patience', 'duration', '10s'])
    expect(rows(fakes.slack.config)).toContainEqual(['mention.every', 'duration', undefined])
  })

  it('says what is required, and carries each field’s sentence', () => {
    const found = optionRows(fakes.file.config)
    expect(found.filter(({ required }) => required).map(({ path }) => path)).toEqual(['include'])
    expect(found.find(({ path }) => path === 'max_line_bytes')?.description).toBe('Longest line.')
  })

  it('ends at a schema that holds itself', () => {
    const node: z.ZodType = z.strictObject({
      name: z.string(),
      get child() {
        return node.optional()
      },
    })
    expect(optionRows(node).length).toBeGreaterThan(1)
  })

  it('survives what JSON Schema cannot say', () => {
    expect(rows(z.strictObject({ any: z.any(), map: z.map(z.string(), z.date()).optional() }))).toHaveLength(
      2,
    )
  })
})
