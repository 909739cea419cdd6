import { describe, expect, it } from 'vitest'
import { manualClock } from './manual-clock.ts'

describe('a manual clock', () => {
  it('stands still until it is told to go on', () => {
    const clock = manualClock(1000)
    expect([clock.now(), clock.monotonic()]).toEqual([[1, 0], 0])
    clock.advance(500)
    expect([clock.now(), clock.monotonic()]).toEqual([[1, 500_000_000], 500])
  })

  it('fires timers in the order in which they fall due, ties in the order of setting', () => {
    const clock = manualClock(0)
    const fired: string[] = []
    clock.after(20, () => fired.push(`b at ${clock.monotonic()}`))
    clock.after(10, () => fired.push(`a at ${clock.monotonic()}`))
    clock.after(20, () => fired.push('c'))
    clock.advance(20)
    expect(fired).toEqual(['a at 10', 'b at 20', 'c'])
  })

  it('fires once after a delay, and again and again at an interval', () => {
    const clock = manualClock(0)
    let once = 0
    let often = 0
    clock.after(10, () => once++)
    clock.every(10, () => often++)
    clock.advance(35)
    clock.advance(5)
    expect([once, often]).toEqual([1, 4])
  })

  it('fires nothing that was cancelled, also by a timer of the same moment', () => {
    const clock = manualClock(0)
    let fired = 0
    const cancel = clock.every(10, () => fired++)
    clock.after(10, () => cancelDue())
    const cancelDue = clock.after(10, () => fired++)
    clock.advance(10)
    cancel()
    clock.advance(100)
    expect(fired).toBe(1)
  })

  it('fires what a timer sets, if it falls due in the same stretch', () => {
    const clock = manualClock(0)
    const fired: number[] = []
    clock.after(10, () => clock.after(10, () => fired.push(clock.monotonic())))
    clock.advance(20)
    expect(fired).toEqual([20])
  })

  it('sets the wall clock alone, backward too', () => {
    const clock = manualClock(10_000)
    let fired = 0
    clock.after(10, () => fired++)
    clock.set(5000)
    expect([clock.now(), clock.monotonic(), fired]).toEqual([[5, 0], 0, 0])
    clock.advance(10)
    expect([clock.now(), fired]).toEqual([[5, 10_000_000], 1])
  })

  it('takes an interval of nothing for a millisecond, as timers do', () => {
    const clock = manualClock(0)
    let fired = 0
    clock.every(0, () => fired++)
    clock.advance(3)
    expect(fired).toBe(3)
  })

  it('never goes back', () => {
    const clock = manualClock(0)
    clock.advance(100)
    clock.after(-50, () => expect(clock.monotonic()).toBe(100))
    clock.advance(1)
    expect(clock.monotonic()).toBe(101)
    expect(() => clock.advance(-1)).toThrow(RangeError)
  })

  it('may be advanced by a timer of its own', () => {
    const clock = manualClock(0)
    clock.after(10, () => clock.advance(100))
    clock.advance(20)
    expect([clock.monotonic(), clock.now()]).toEqual([110, [0, 110_000_000]])
  })
})
