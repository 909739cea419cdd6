import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { onSignals } from './signals.ts'

function setUp(terminal: boolean) {
  const source = new EventEmitter()
  const done: string[] = []
  const clock = { now: 0 }
  const release = onSignals(source, {
    terminal,
    monotonic: () => clock.now,
    stop: () => void done.push('stop'),
    end: (exitCode) => void done.push(`end ${exitCode}`),
  })
  return { source, done, clock, release }
}

describe('onSignals', () => {
  it('stops at the first signal and ends at the second, with its code', () => {
    const { source, done } = setUp(false)
    source.emit('SIGTERM')
    source.emit('SIGINT')
    expect(done).toEqual(['stop', 'end 130'])
  })

  it('takes what one key at a terminal sends twice for one signal', () => {
    const { source, done, clock } = setUp(true)
    source.emit('SIGINT')
    clock.now = 20
    source.emit('SIGINT')
    expect(done).toEqual(['stop'])
    clock.now = 1000
    source.emit('SIGINT')
    expect(done).toEqual(['stop', 'end 130'])
  })

  it('follows SIGTERM at once also where there is a terminal', () => {
    const { source, done } = setUp(true)
    source.emit('SIGINT')
    source.emit('SIGTERM')
    expect(done).toEqual(['stop', 'end 143'])
  })

  it('leaves nothing behind', () => {
    const { source, release } = setUp(false)
    release()
    expect(source.eventNames()).toEqual([])
  })
})
