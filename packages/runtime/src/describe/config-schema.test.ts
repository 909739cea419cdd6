import { describe, expect, it } from 'vitest'
import { fakes } from '../config/fakes.fixture.ts'
import { configJsonSchema } from './config-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const schema = configJsonSchema(Object.values(fakes))
const at = (...path: string[]): JsonSchema =>
  path.reduce<JsonSchema>((value, key) => (value[key] ?? {}) as JsonSchema, schema)

describe('configJsonSchema', () => {
  it('knows the sections, and each component by its type or type/name', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual([
      'receivers',
      'processors',
      'exporters',
      'extensions',
      'service',
      'plugins',
    ])
    const [pattern = ''] = Object.keys(at('properties', 'exporters', 'patternProperties'))
    expect('stdout').toMatch(new RegExp(pattern))
    expect('stdout/two').toMatch(new RegExp(pattern))
    expect('stdout2').not.toMatch(new RegExp(pattern))
    expect(at('properties', 'exporters', 'additionalProperties')).toBe(false)
  })

  it('takes a bare component, and a reference for a number or a boolean', () => {
    expect(at('$defs', 'processor.detect', 'anyOf', '0')).toEqual({ type: 'null' })
    const threshold = at('$defs', 'processor.detect', 'anyOf', '1', 'properties', 'threshold')
    expect(threshold).toMatchObject({
      default: 10,
      description: 'Alert at this count.',
      anyOf: [{ type: 'integer' }, { type: 'string' }],
    })
  })

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })
})
