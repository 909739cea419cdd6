import { describe, expect, it } from 'vitest'
import type { Life } from './command.ts'
import type { Arrival } from './sink.ts'
import { balances, type Evidence, faultsOf } from './verdict.ts'

const row = { kind: 'exporter', id: 'otlp', in: 2, created: 0, out: 1, consumed: 0, dropped: { refused: 1 } }

function life(number: number, change: Partial<Life> = {}): Life {
  return {
    number,
    pid: 1,
    started: 0,
    ended: 10_000 * number,
    code: null,
    signal: 'SIGKILL',
    sent: 'SIGKILL',
    stderr: '',
    pauses: [],
    end: () => Promise.resolve(),
    hurried: false,
    hurry: () => {},
    pause: () => Promise.resolve(),
    gone: () => Promise.resolve(true),
    ledger: () => [row],
    ...change,
  }
}

function arrival(
  id: string,
  number: number,
  at: number,
  acknowledged?: number,
  facts = `facts of ${id}`,
): Arrival {
  return { id, alert: { id, group: 'g', status: 'open', facts }, life: number, at, acknowledged }
}

const known = ({ alert }: Arrival) => [alert.id, alert] as const

function evidence(arrivals: readonly Arrival[], change: Partial<Evidence> = {}): Evidence {
  return {
    expected: new Map([known(arrival('a', 1, 0)), known(arrival('b', 1, 0))]),
    arrivals,
    lives: [life(1), life(2, { code: 0, signal: null, sent: 'SIGTERM' })],
    margin: 500,
    outages: [],
    forgotten: [],
    refused: false,
    ...change,
  }
}

const a = arrival('a', 1, 1000, 1001)
const b = arrival('b', 2, 11_000, 11_001)

describe('the verdict on a run', () => {
  it('passes what came once and was acknowledged', () => {
    expect(faultsOf(evidence([a, b]))).toEqual([])
  })

  it('names what never arrived', () => {
    expect(faultsOf(evidence([a]))).toEqual([expect.stringMatching(/^1 never arrived:\s+b facts of b/)])
  })

  it('names what was not expected, and an alert that says something else', () => {
    const wrong = [arrival('c', 2, 12_000), arrival('a', 2, 9999, undefined, 'other facts')]
    const [said] = faultsOf(evidence([a, b, ...wrong], { lives: [life(1), life(2)] }))
    expect(said).toMatch(/^2 not expected:/)
    expect(said).toMatch(/c facts of c from life 2/)
    expect(said).toMatch(/a says other facts instead of facts of a/)
  })

  it('names what was sent again though its acknowledgement was saved, in another life or the same', () => {
    const again = (at: number, number: number) => faultsOf(evidence([a, b, arrival('a', number, at)]))
    expect(again(11_000, 2)).toEqual([expect.stringContaining('sent again')])
    expect(again(1100, 1)).toEqual([])
    expect(again(2000, 1)).toEqual([expect.stringContaining('sent again')])
  })

  it.each<[string, Arrival, Partial<Evidence>]>([
    ['was killed too early to have saved it', arrival('a', 1, 9700, 9701), {}],
    [
      'stood still until it was killed',
      a,
      { lives: [life(1, { pauses: [[1100, 9900]] }), life(2, { code: 0, sent: 'SIGTERM' })] },
    ],
    ['could save nothing', a, { outages: [[900, 9000]] }],
    ['began anew with the word of the operator', a, { forgotten: [2] }],
  ])('lets an alert come again where the process %s', (_, first, change) => {
    expect(faultsOf(evidence([first, b, arrival('a', 2, 11_000)], change))).toEqual([])
  })

  it('knows no such excuse for a process that ended in order', () => {
    const lives = [life(1, { code: 0, sent: 'SIGTERM' }), life(2)]
    const arrivals = [arrival('a', 1, 9700, 9990), b, arrival('a', 2, 11_000)]
    expect(faultsOf(evidence(arrivals, { lives }))).toEqual([expect.stringContaining('sent again')])
  })

  it('names a process that did not end in order, unless alerts were refused for good', () => {
    const lives = [life(1), life(2, { code: 1, signal: null, sent: 'SIGTERM', stderr: 'why' })]
    expect(faultsOf(evidence([a, b], { lives }))).toEqual([
      expect.stringMatching(/^life 2 ended with 1.*why/),
    ])
    expect(faultsOf(evidence([a, b], { lives, refused: true }))).toEqual([])
  })

  it('names accounting that is missing or does not balance', () => {
    const ended = { code: 0, signal: null, sent: 'SIGTERM' } as const
    const without = [life(1), life(2, { ...ended, ledger: () => [] })]
    expect(faultsOf(evidence([a, b], { lives: without }))).toEqual(['life 2 has left no accounting'])
    const wrong = [life(1), life(2, { ...ended, ledger: () => [{ ...row, out: 2 }] })]
    expect(faultsOf(evidence([a, b], { lives: wrong }))).toEqual([
      expect.stringMatching(/^life 2: .*"out":2/),
    ])
    expect(balances(row)).toBe(true)
  })
})
