import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from './nearest.ts'

describe('nearest', () => {
  it('finds a name with a letter missing, added, changed or swapped', () => {
    for (const typo of ['folow', 'folllow', 'fallow', 'fololw'])
      expect(nearest(typo, ['include', 'follow'])).toBe('follow')
  })

  it('takes other ways of writing words together for the same name', () => {
    for (const name of ['startAt', 'start-at', 'START_AT'])
      expect(nearest(name, ['start_at'])).toBe('start_at')
  })

  it('takes the beginning of a name for the name', () => {
    expect(nearest('tok', ['token', 'channel'])).toBe('token')
  })

  it('finds nothing where nothing is near', () => {
    expect(nearest('format', ['token', 'include'])).toBeUndefined()
    expect(nearest('x'.repeat(100), ['x'.repeat(101)])).toBeUndefined()
  })

  it('prefers the nearest of several', () => {
    expect(nearest('exporter', ['export', 'exporters'])).toBe('exporters')
  })
})

describe('editDistance', () => {
  it('counts a swap of neighbours as one', () => {
    expect(editDistance('recieve', 'receive')).toBe(1)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
  })
})
