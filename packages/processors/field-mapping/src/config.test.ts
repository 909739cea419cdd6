import { expect, test } from 'vitest'
import { config } from './config.ts'

/** `path: message` of every issue. */
function issues(value: unknown): string[] {
  const result = config.safeParse(value)
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('a preset alone is enough, and mappings alone are', () => {
  expect(config.parse({ preset: 'azure_openai' })).toEqual({
    preset: 'azure_openai',
    mappings: [],
    on_error: 'drop',
  })
  expect(issues({ mappings: [{ from: 'a', to: 'b' }] })).toEqual([])
  expect(issues({})).toEqual(['preset: nothing to do: set a "preset" (azure_openai) or "mappings"'])
})

test('every mistake is told at once, where it is', () => {
  expect(
    issues({
      preset: 'azure_openai',
      mappings: [
        { from: 'a' },
        { to: 'b' },
        { from: 'a', value: 1, to: 'b' },
        { drop: 'a', to: 'b' },
        { from: 'a', to: '@timestamp', type: 'string' },
      ],
    }),
  ).toEqual([
    'mappings.0.to: say which attribute to write with "to", or remove one with "drop"',
    'mappings.1.from: say what to write: a field with "from" or a constant with "value"',
    'mappings.2.value: "from" and "value" exclude each other: take out one',
    'mappings.3.to: "drop" stands alone: take out "to" or "drop"',
    'mappings.4.type: "@timestamp" is always a time in ISO 8601: take out "type"',
  ])
})

test('unknown presets, keys, types and empty names are refused', () => {
  for (const value of [
    { preset: 'azure' },
    { preset: 'azure_openai', other: 1 },
    { preset: 'azure_openai', on_error: 'ignore' },
    { mappings: [{ from: 'a', to: 'b', type: 'int' }] },
    { mappings: [{ from: '', to: 'b' }] },
    { mappings: [{ value: null, to: 'b' }] },
    { mappings: [{ value: [1], to: 'b' }] },
  ]) {
    expect(issues(value)).not.toEqual([])
  }
})
