import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatElapsed, formatNoun } from './format.ts'

describe('numbers for a person', () => {
  it('shows bytes in the unit that fits', () => {
    expect([0, 1023, 1024, 2_892_772, 5 * 2 ** 40].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '2.8 MiB',
      '5.0 TiB',
    ])
  })

  it('sets thousands apart', () => {
    expect([0, 999, 1000, 1_234_567.4].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567'])
    expect(formatNoun(1, 'alert')).toBe('1 alert')
    expect(formatNoun(2000, 'alert')).toBe('2,000 alerts')
  })

  it('rounds a time to what one would say', () => {
    expect([8, 420, 2500, 9949, 9951, 59_400, 185_000, 7_800_000].map(formatElapsed)).toEqual([
      '0.01s',
      '0.42s',
      '2.5s',
      '9.9s',
      '10s',
      '59s',
      '3m 5s',
      '2h 10m',
    ])
  })
})
