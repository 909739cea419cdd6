import { type Exporter, LogRecord, PermanentError, RetryableError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { sendingSchemaOf } from '../config/sending.ts'
import { openAccount } from './account.ts'
import { createDelivery } from './delivery.ts'
import { memoryLog, settle, stateOf } from './fakes.fixture.ts'

/** An exporter each of whose calls waits until the test answers it. */
function answered() {
  const calls: { bodies: unknown[]; signal: AbortSignal; ok: () => void; fail: (error: unknown) => void }[] =
    []
  const exporter: Exporter = {
    export(records, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      calls.push({ bodies: records.map((record) => record.body), signal, ok: resolve, fail: reject })
      return promise
    },
  }
  return { exporter, calls, sent: () => calls.map((call) => call.bodies) }
}

function deliveryOf(options: object = {}, own?: Exporter, random = () => 0.5) {
  const { exporter: answering, calls, sent } = answered()
  const exporter = own ?? answering
  const clock = manualClock()
  const log = memoryLog()
  const account = openAccount('exporter', 'out')
  const sending = sendingSchemaOf({}).parse(options)
  const { logger } = log
  const delivery = createDelivery({ id: 'out', exporter, account, logger, clock, random, sending })
  const push = (...bodies: unknown[]) =>
    delivery.push(bodies.map((body) => new LogRecord({ body: body as string })))
  const answer = async (index: number) => {
    calls[index]?.ok()
    await settle()
  }
  return { delivery, account, clock, log, calls, sent, push, answer }
}

describe('what is sent in one delivery', () => {
  it('is a record at once when nothing is under way, and then all that came meanwhile', async () => {
    const { push, sent, answer } = deliveryOf()
    push('a')
    expect(sent()).toEqual([['a']])
    push('b')
    push('c', 'd')
    await settle()
    expect(sent()).toHaveLength(1)
    await answer(0)
    expect(sent()).toEqual([['a'], ['b', 'c', 'd']])
  })

  it('is never more than batch.max_records, and each full but the last', async () => {
    const { push, sent, answer, account } = deliveryOf({ batch: { max_records: 3 } })
    push(1, 2, 3, 4)
    push(5, 6)
    push(7)
    push(8)
    for (let index = 0; index < 3; index++) await answer(index)
    expect(sent()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ])
    expect(account).toMatchObject({ in: 8, out: 8 })
  })

  it('is never more than batch.max_bytes, unless one record is', async () => {
    const { push, sent, answer } = deliveryOf({ batch: { max_bytes: 400 } })
    const large = 'x'.repeat(1000)
    push('a', 'b', 'c', 'd', 'e', 'f', large, 'g')
    for (let index = 0; index < 4; index++) await answer(index)
    // An estimated 73 bytes each: five of them.
    expect(sent()).toEqual([['a', 'b', 'c', 'd', 'e'], ['f'], [large], ['g']])
  })

  it('waits for batch.timeout, counted from its oldest record, to be full', async () => {
    const { push, sent, clock, answer } = deliveryOf({ batch: { max_records: 3, timeout: '1s' } })
    push('a')
    clock.advance(600)
    push('b')
    clock.advance(399)
    expect(sent()).toEqual([])
    clock.advance(1)
    expect(sent()).toEqual([['a', 'b']])
    await answer(0)
    push(1, 2, 3, 4)
    expect(sent()[1]).toEqual([1, 2, 3])
    await answer(1)
    expect(sent()).toHaveLength(2)
    clock.advance(1000)
    expect(sent()[2]).toEqual([4])
  })

  it('does not wait once the queue is to drain, or has no room for more', async () => {
    const draining = deliveryOf({ batch: { timeout: '1m' } })
    draining.push('a')
    const drained = draining.delivery.drained()
    expect(draining.sent()).toEqual([['a']])
    await draining.answer(0)
    await drained
    const full = deliveryOf({ batch: { timeout: '1m' }, sending_queue: { max_records: 2 } })
    full.push('a')
    const waiting = full.push('b', 'c')
    expect(full.sent()).toEqual([['a']])
    expect(await stateOf(Promise.resolve(waiting))).toBe('resolved')
  })

  it('goes out beside others with concurrency, as many at once as it says', async () => {
    const { push, sent, answer } = deliveryOf({ sending_queue: { concurrency: 2 } })
    for (const body of ['a', 'b', 'c', 'd']) push(body)
    expect(sent()).toEqual([['a'], ['b']])
    await answer(1)
    expect(sent()[2]).toEqual(['c', 'd'])
  })
})

describe('a full queue', () => {
  it('pushes back at max_records, those under way not counted, and admits in the order of asking', async () => {
    const { push, delivery, answer } = deliveryOf({ sending_queue: { max_records: 2 } })
    push('under way')
    expect(push('a', 'b')).toBeUndefined()
    const [first, second] = [push('c'), push('d', 'e')].map((each) => Promise.resolve(each))
    expect(await Promise.all([first, second].map((each) => stateOf(each ?? Promise.reject())))).toEqual([
      'waiting',
      'waiting',
    ])
    expect(delivery.queued).toBe(2)
    await answer(0)
    expect(await stateOf(first ?? Promise.reject())).toBe('resolved')
    expect(await stateOf(second ?? Promise.reject())).toBe('waiting')
  })

  it('pushes back at max_bytes', async () => {
    const { push } = deliveryOf({ sending_queue: { max_bytes: 1000 } })
    push('under way')
    expect(push('x'.repeat(800))).toBeUndefined()
    expect(push('x'.repeat(100))).toBeInstanceOf(Promise)
  })

  it('loses the oldest that wait with drop_oldest, and what is under way is not touched', async () => {
    const { push, sent, answer, account } = deliveryOf({
      sending_queue: { max_records: 3, overflow: 'drop_oldest' },
    })
    push('under way')
    for (const body of [1, 2, 3, 4]) expect(push(body)).toBeUndefined()
    expect(push(5, 6, 7, 8, 9)).toBeUndefined()
    await answer(0)
    expect(sent()).toEqual([['under way'], [7, 8, 9]])
    await answer(1)
    expect(account).toMatchObject({ in: 10, out: 4 })
    expect([...account.dropped]).toEqual([['queue_full', 6]])
  })

  it('loses the newest with drop_newest', async () => {
    const { push, sent, answer, account } = deliveryOf({
      sending_queue: { max_records: 3, overflow: 'drop_newest' },
    })
    push('under way')
    push(1, 2)
    push(3, 4, 5)
    push(6)
    await answer(0)
    expect(sent()[1]).toEqual([1, 2, 3])
    await answer(1)
    expect(account).toMatchObject({ in: 7, out: 4 })
    expect([...account.dropped]).toEqual([['queue_full', 3]])
  })

  it('sends what stood before the dropped ones and what came after them together', async () => {
    const { push, sent, answer } = deliveryOf({
      sending_queue: { max_records: 4, overflow: 'drop_newest' },
      batch: { max_records: 3 },
    })
    push('under way')
    push(1, 2, 3)
    push(4, 5)
    await answer(0)
    push(6, 7)
    await answer(1)
    expect(sent().slice(1)).toEqual([
      [1, 2, 3],
      [4, 6, 7],
    ])
  })

  it('counts bytes for that, too', async () => {
    const sizes = { max_bytes: 300, overflow: 'drop_oldest' }
    const { push, sent, answer } = deliveryOf({ sending_queue: sizes })
    push('under way')
    for (let body = 1; body <= 6; body++) push(String(body))
    push('x'.repeat(1000))
    push('7')
    await answer(0)
    expect(sent()[1]).toEqual(['7'])
  })

  it('says so in one line, then once a minute with how many', async () => {
    const { push, log, clock } = deliveryOf({ sending_queue: { max_records: 1, overflow: 'drop_newest' } })
    for (let body = 0; body < 7; body++) push(body)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatchObject({ level: 'error', fields: { reason: 'queue_full', records: 1 } })
    clock.advance(60_000)
    expect(log.lines.slice(1).filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { records: 4, times: 4 } },
    ])
  })

  it('holds no more than its limits and what is under way, however long the exporter is dead', () => {
    for (const overflow of ['drop_oldest', 'drop_newest']) {
      const limits = { max_records: 500, max_bytes: 40_000, overflow }
      const { push, delivery, account, calls } = deliveryOf({ sending_queue: limits })
      let most = 0
      for (let index = 0; index < 20_000; index++) {
        push('x'.repeat(index % 300), 'y')
        delivery.whenSettled(`source ${index % 3}`, () => {})
        most = Math.max(most, delivery.queued)
      }
      expect(calls).toHaveLength(1)
      expect(most).toBeLessThanOrEqual(500)
      expect(account.settled()).toBeGreaterThanOrEqual(40_000 - 502)
      delivery.end('deadline')
      expect(account.in).toBe(account.settled())
    }
  })
})

describe('who asked when all is settled', () => {
  it('is told though records were dropped by policy, once what was before them is settled', async () => {
    for (const overflow of ['drop_oldest', 'drop_newest']) {
      const { push, delivery, answer } = deliveryOf({ sending_queue: { max_records: 1, overflow } })
      const told: string[] = []
      for (const body of ['a', 'b', 'c', 'd']) {
        push(body)
        delivery.whenSettled(body, () => void told.push(body))
      }
      expect(told).toEqual([])
      await answer(0)
      const early = overflow === 'drop_oldest' ? ['a', 'b', 'c'] : ['a']
      expect(told).toEqual(early)
      await answer(1)
      expect(told).toEqual(['a', 'b', 'c', 'd'])
    }
  })

  it('is told at once of what was dropped with nothing under way', () => {
    const { delivery, push } = deliveryOf(
      { sending_queue: { max_records: 1, overflow: 'drop_oldest' } },
      { export() {} },
    )
    const told: string[] = []
    push('delivered already, and its turn not over')
    push('a')
    delivery.whenSettled('s', () => void told.push('a'))
    push('b')
    expect(told).toEqual(['a'])
  })

  it('is told in order also when deliveries arrive out of order', async () => {
    const { push, delivery, answer } = deliveryOf({ sending_queue: { concurrency: 3 } })
    const told: string[] = []
    for (const body of ['a', 'b', 'c']) {
      push(body)
      delivery.whenSettled(body, () => void told.push(body))
    }
    await answer(2)
    await answer(1)
    expect(told).toEqual([])
    await answer(0)
    expect(told).toEqual(['a', 'b', 'c'])
  })

  it('is one of each source, the last, however long it stands', async () => {
    const { push, delivery, answer } = deliveryOf()
    const told: string[] = []
    push('a')
    for (let index = 0; index < 1000; index++)
      for (const source of ['s', 't'])
        delivery.whenSettled(source, () => void told.push(`${source} ${index}`))
    await answer(0)
    expect(told).toEqual(['s 999', 't 999'])
  })

  it('is told only when the whole of a list that was split is settled', async () => {
    const { push, delivery, answer } = deliveryOf({ batch: { max_records: 2 } })
    let told = false
    push(1, 2, 3)
    delivery.whenSettled('s', () => {
      told = true
    })
    await answer(0)
    expect(told).toBe(false)
    await answer(1)
    expect(told).toBe(true)
  })
})

describe('a try that takes too long', () => {
  it('is ended through its signal and counts as one that may succeed later', async () => {
    const { push, calls, clock, log, account, answer } = deliveryOf({ timeout: '10s' })
    push('a')
    clock.advance(9999)
    expect(calls[0]?.signal.aborted).toBe(false)
    clock.advance(1)
    await settle()
    expect(calls[0]?.signal.aborted).toBe(true)
    expect(log.lines[0]?.fields.error).toBe('no answer within 10s')
    clock.advance(1000)
    await settle()
    expect(calls).toHaveLength(2)
    // What the first still says is not heard.
    calls[0]?.fail(new PermanentError('late'))
    await answer(1)
    expect(account).toMatchObject({ in: 1, out: 1 })
    expect(account.dropped.size).toBe(0)
  })

  it('takes 30 s by default, what the exporter declares, or as long as it likes at 0s', async () => {
    expect(sendingSchemaOf({}).parse({}).timeout).toBe(30_000)
    expect(sendingSchemaOf({ defaults: { timeout: 0 } }).parse({}).timeout).toBe(0)
    expect(sendingSchemaOf({ defaults: { timeout: 0 } }).parse({ timeout: '5s' }).timeout).toBe(5000)
    const { push, calls, clock } = deliveryOf({ timeout: '0s' })
    push('a')
    clock.advance(24 * 3_600_000)
    await settle()
    expect(calls).toHaveLength(1)
    expect(calls[0]?.signal.aborted).toBe(false)
  })
})

describe('trying again', () => {
  const busy = (retryAfter?: number) =>
    new RetryableError('busy', retryAfter === undefined ? {} : { retryAfter })

  it('can be switched off: what may have been accepted later is lost, and counted', async () => {
    const { push, calls, account } = deliveryOf({ retry_on_failure: { enabled: false } })
    push('a')
    calls[0]?.fail(busy())
    await settle()
    expect([...account.dropped]).toEqual([['retries_exhausted', 1]])
  })

  it('waits from 0 to an interval that doubles up to max_interval, by chance', async () => {
    const waits: number[] = []
    const options = { retry_on_failure: { initial_interval: '2s', max_interval: '5s' } }
    const { push, calls, clock } = deliveryOf(options, undefined, () => 0.9)
    push('a')
    for (let attempt = 0; attempt < 4; attempt++) {
      calls[attempt]?.fail(busy())
      await settle()
      const before = clock.monotonic()
      while (calls.length === attempt + 1) {
        clock.advance(100)
        await settle()
      }
      waits.push(clock.monotonic() - before)
    }
    expect(waits).toEqual([1800, 3600, 4500, 4500])
  })

  it('ends at max_elapsed_time, also when the other side asks for more; never at 0s', async () => {
    const { push, calls, clock, account } = deliveryOf({ retry_on_failure: { max_elapsed_time: '10s' } })
    push('a')
    calls[0]?.fail(busy(60_000))
    await settle()
    clock.advance(10_000)
    await settle()
    calls[1]?.fail(busy(60_000))
    await settle()
    expect([...account.dropped]).toEqual([['retries_exhausted', 1]])

    const endless = deliveryOf({ retry_on_failure: { max_elapsed_time: '0s' } })
    endless.push('a')
    for (let hour = 0; hour < 50; hour++) {
      endless.calls[hour]?.fail(busy(Number.POSITIVE_INFINITY))
      await settle()
      endless.clock.advance(3_600_000)
      await settle()
    }
    expect(endless.calls).toHaveLength(51)
    expect(endless.account.dropped.size).toBe(0)
  })
})

describe('what the exporter says itself', () => {
  it('is never taken for what the queue dropped meanwhile', async () => {
    const { push, answer, account } = deliveryOf({
      sending_queue: { max_records: 1, overflow: 'drop_newest' },
    })
    push('a', 'b', 'c')
    push('d')
    push('e')
    account.ledger.dropped('too_large', 1)
    await answer(0)
    await answer(1)
    expect(account).toMatchObject({ in: 5, out: 3 })
    expect([...account.dropped]).toEqual([
      ['queue_full', 1],
      ['too_large', 1],
    ])
  })
})
