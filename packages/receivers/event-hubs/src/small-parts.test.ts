import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { headerValue } from './amqp-value.ts'
import { addToOffset, compareOffsets, countBetween } from './offsets.ts'
import { rewoundOffset, startOf } from './start-offset.ts'
import { createTroubles } from './troubles.ts'

describe('offsets', () => {
  it('are compared and counted exactly, beyond what a double holds', () => {
    expect(compareOffsets('9', '10')).toBeLessThan(0)
    expect(compareOffsets('9007199254740993', '9007199254740992')).toBeGreaterThan(0)
    expect(compareOffsets('7', '7')).toBe(0)
    expect(addToOffset('9007199254740993', 1n)).toBe('9007199254740994')
    expect(addToOffset('0', -1n)).toBe('0')
    expect([countBetween('3', '10'), countBetween('10', '3')]).toEqual([7, 0])
  })
})

describe('a partition begins', () => {
  const bounds = { low: '10', high: '50' }
  it.each([
    ['where the configuration says when nothing is committed', '-1', true, { offset: '33', probe: false }],
    ['at the earliest when kafkajs committed that', '-2', true, { offset: '10', probe: false }],
    ['with a look at the message before the committed one', '20', true, { offset: '19', probe: true }],
    ['at the committed one where nothing is read again', '20', false, { offset: '20', probe: false }],
    ['at the committed one where nothing lies before it', '10', true, { offset: '10', probe: false }],
    ['at the earliest when more has expired', '4', true, { offset: '10', probe: false, expired: 6 }],
    ['at the earliest of a topic that was made anew', '51', true, { offset: '10', replaced: true }],
    ['with a look when everything was read', '50', true, { offset: '49', probe: true }],
  ])('%s', (_, committed, rewind, expected) => {
    expect(startOf(committed, bounds, '33', rewind)).toMatchObject(expected)
  })

  it.each([
    ['where the saved state stands', '20', '25', { offset: '25', probe: false, stale: false }],
    [
      'there where nothing is committed yet',
      '-1',
      '25',
      { offset: '25', committed: undefined, stale: false },
    ],
    ['at the earliest when more has expired', '4', '6', { offset: '10', expired: 4, stale: false }],
    ['anew when another instance has read on', '30', '25', { offset: '29', probe: true, stale: true }],
    ['anew in a topic that was made anew', '51', '60', { offset: '10', replaced: true, stale: true }],
  ])('with a checkpoint %s', (_, committed, saved, expected) => {
    expect(startOf(committed, bounds, '33', true, saved)).toMatchObject(expected)
  })

  it('never behind the committed offset', () => {
    expect([rewoundOffset('12', '20'), rewoundOffset('30', '20'), rewoundOffset(undefined, '20')]).toEqual([
      '12',
      '20',
      '20',
    ])
  })
})

describe('a header', () => {
  const of = (...bytes: number[]) => headerValue(Buffer.from(bytes))
  it('that AMQP encoded is decoded', () => {
    expect(of(0xa1, 2, 0x68, 0x69)).toBe('hi')
    expect(of(0xb1, 0, 0, 0, 2, 0x68, 0x69)).toBe('hi')
    expect(of(0xa3, 1, 0x73)).toBe('s')
    expect(of(0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)).toBe(-2)
    expect(of(0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)).toBe(18446744073709551615n)
    expect(of(0x82, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)).toBe(1.5)
    expect(of(0x83, 0, 0, 1, 0x99, 0, 0, 0, 0)).toBe(0x199_0000_0000)
    expect(of(0x56, 1)).toBe(true)
    expect(of(0x98, ...Array.from({ length: 16 }, (_, at) => at))).toBe(
      '00010203-0405-0607-0809-0a0b0c0d0e0f',
    )
  })

  it('that is text stays text, also when it begins like a type code', () => {
    for (const text of ['V1', 'T', 'Pq', 'quick', '', 'Ä']) expect(headerValue(Buffer.from(text))).toBe(text)
  })

  it('that is neither stays bytes', () => {
    expect(of(0xa1, 9, 0x68)).toEqual(Uint8Array.of(0xa1, 9, 0x68))
    expect(of(0xa1)).toEqual(Uint8Array.of(0xa1))
  })
})

describe('trouble', () => {
  it('is told when it begins and once a minute, and when it is over', () => {
    const clock = manualClock()
    const log: string[] = []
    const say = (_: object, message: string) => void log.push(message)
    const health: string[] = []
    const troubles = createTroubles({
      clock,
      logger: { debug: say, info: say, warn: say, error: say },
      health: (state: string, reason?: string) => void health.push(`${state} ${reason ?? ''}`),
    })
    troubles.ended()
    expect(health).toEqual([])
    for (let second = 0; second < 90; second++) {
      troubles.began('the broker is away')
      clock.advance(1000)
    }
    troubles.ended()
    troubles.ended()
    expect(log).toEqual(['the broker is away', 'the broker is away', 'reading again after 90 s'])
    expect([health.length, health.at(-2), health.at(-1)]).toEqual([91, 'trouble the broker is away', 'ok '])
  })
})
