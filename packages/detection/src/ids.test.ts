import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { alertId, episodeId } from './ids.ts'

const hour = { type: 'sliding', size: 3_600_000 } as const

test('an episode id is 16 bytes of SHA-256 over rule, window, group and anchor, as lower-case hex', () => {
  const text = '["rule","sliding",3600000,null,0,["g",null],["17","c-1"]]'
  const expected = createHash('sha256').update(text).digest().subarray(0, 16).toString('hex')
  expect(episodeId('rule', hour, ['g', null], { at: 17n, id: 'c-1' })).toBe(expected)
})

test('an aligned window is anchored by its start', () => {
  const text = '["rule","tumbling",60,null,5,["g"],"-5"]'
  const expected = createHash('sha256').update(text).digest().subarray(0, 16).toString('hex')
  expect(episodeId('rule', { type: 'tumbling', size: 60, offset: 5 }, ['g'], -5n)).toBe(expected)
})

test('all that tells episodes apart changes the id, and nothing can be mistaken for its neighbour', () => {
  const at = { at: 1n, id: 'x' }
  const ids = [
    episodeId('rule', hour, ['a', 'b'], at),
    episodeId('rule2', hour, ['a', 'b'], at),
    episodeId('rule', { ...hour, slide: 60_000 }, ['a', 'b'], at),
    episodeId('rule', hour, ['a,b'], at),
    episodeId('rule', hour, ['a', null], at),
    episodeId('rule', hour, ['a', 'null'], at),
    episodeId('rule', hour, ['a', 'b'], { at: 1n, id: undefined }),
    episodeId('rule', hour, ['a', 'b'], { at: 1n, id: 'null' }),
    episodeId('rule', hour, ['a', 'b'], { at: 2n, id: 'x' }),
    episodeId('rule', hour, ['a', 'b'], 1n),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

test('the alerts of an episode differ by status, window and place', () => {
  const ids = [
    alertId('e', 'open', 1n, 0),
    alertId('e', 'update', 1n, 0),
    alertId('e', 'open', 2n, 0),
    alertId('e', 'open', 1n, 1),
  ]
  expect(new Set(ids).size).toBe(4)
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
})
