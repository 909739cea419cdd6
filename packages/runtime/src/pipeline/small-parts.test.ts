import { LacunaError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { defaultSending } from '../config/sending.ts'
import { asLacunaError, errorText, escapeText } from './error-text.ts'
import { settle } from './fakes.fixture.ts'
import { rateLimited } from './rate-limited.ts'
import { retryDelay } from './retry.ts'
import { createTurns } from './turns.ts'

const RETRY = defaultSending().retry_on_failure

describe('a text from a stranger', () => {
  it('stays on one line, moves no cursor, turns no reading direction, and is cut', () => {
    expect(escapeText('a\r\n\u001b[2J\u0085\u202e\u2028b')).toBe(
      'a\\u000d\\u000a\\u001b[2J\\u0085\\u202e\\u2028b',
    )
    expect(escapeText('x'.repeat(1000))).toBe(`${'x'.repeat(300)}…`)
    expect(escapeText('\ud83d\ude00', 1)).toBe('\ufffd…')
  })

  it('is made of whatever was thrown', () => {
    expect(errorText(new TypeError('no'))).toBe('no')
    expect(errorText(new TypeError())).toBe('TypeError')
    expect(errorText('text')).toBe('text')
    expect(errorText(undefined)).toBe('undefined')
    expect(errorText(Object.create(null))).toBe('an error that cannot be shown')
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'message', {
      get() {
        throw new Error('no')
      },
    })
    expect(errorText(hostile)).toBe('an error that cannot be shown')
  })

  it('carries the id of the component', () => {
    expect(asLacunaError(new Error('a\nb'), 'file', 'start_failed')).toMatchObject({
      message: 'file: a\\u000ab',
      code: 'start_failed',
      component: 'file',
    })
    const own = new LacunaError('no_input', 'nothing', { component: 'file' })
    expect(asLacunaError(own, 'file', 'start_failed')).toBe(own)
  })
})

describe('a rate limit', () => {
  it('lets one through at once, and then the last of each interval with how many there were', () => {
    const clock = manualClock()
    const limited = rateLimited(clock, 1000)
    const lines: string[] = []
    const say = (name: string) => limited.say((times) => lines.push(`${name} ${times}`))
    say('a')
    say('b')
    say('c')
    expect(lines).toEqual(['a 1'])
    clock.advance(1000)
    expect(lines).toEqual(['a 1', 'c 2'])
    clock.advance(5000)
    say('d')
    say('e')
    limited.flush()
    limited.flush()
    clock.advance(5000)
    expect(lines).toEqual(['a 1', 'c 2', 'd 1', 'e 1'])
  })
})

describe('the wait before the next try', () => {
  it('doubles its bound up to 30 s, with full jitter', () => {
    const longest = (attempt: number) => retryDelay(RETRY, attempt, 0, () => 1)
    expect([1, 2, 3, 5, 6, 1000].map(longest)).toEqual([1000, 2000, 4000, 16_000, 30_000, 30_000])
    expect(retryDelay(RETRY, 3, 0, () => 0)).toBe(0)
    expect(retryDelay(RETRY, 3, 0, () => 0.25)).toBe(1000)
  })

  it('is as long as was asked for, and never goes past the end', () => {
    expect(retryDelay(RETRY, 1, 0, () => 0.5, 60_000)).toBe(60_000)
    expect(retryDelay(RETRY, 1, 290_000, () => 0.5, 60_000)).toBe(10_000)
    expect(retryDelay(RETRY, 1, 0, () => 0, Number.POSITIVE_INFINITY)).toBe(300_000)
    expect(retryDelay(RETRY, 9, 300_000, () => 0)).toBeUndefined()
  })
})

describe('turns', () => {
  it('do a job at once when nothing is under way, and no promise is made', () => {
    const turns = createTurns()
    let done = false
    const waiting = turns.take(() => {
      done = true
      return undefined
    })
    expect([waiting, done, turns.busy]).toEqual([undefined, true, false])
  })

  it('let one job be under way, the others in their order', async () => {
    const turns = createTurns()
    const events: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = turns.take(() => gate.promise.then(() => void events.push('first')))
    const second = turns.take(async () => void events.push('second'))
    const third = turns.take(() => {
      events.push('third')
      return undefined
    })
    const idle = turns.idle().then(() => events.push('idle'))
    await settle()
    expect(events).toEqual([])
    gate.resolve()
    await Promise.all([first, second, third, idle])
    expect(events).toEqual(['first', 'second', 'third', 'idle'])
    expect(turns.busy).toBe(false)
    await turns.idle()
  })

  it('take a job that is given while another one runs after it', async () => {
    const turns = createTurns()
    const events: string[] = []
    turns.take(() => {
      void turns.take(() => {
        events.push('inner')
        return undefined
      })
      events.push('outer')
      return undefined
    })
    await turns.idle()
    expect(events).toEqual(['outer', 'inner'])
  })

  it('refuse what waits when they are abandoned', async () => {
    const turns = createTurns()
    const events: string[] = []
    void turns.take(() => new Promise(() => {}))
    const waiting = turns.take(
      () => {
        events.push('done')
        return undefined
      },
      () => void events.push('refused'),
    )
    turns.abandon()
    await waiting
    expect(events).toEqual(['refused'])
  })
})
