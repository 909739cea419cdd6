import { type Exporter, type LogRecord, PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { defaultSending } from '../config/sending.ts'
import { openAccount } from './account.ts'
import { createDelivery, type DeliveryOptions } from './delivery.ts'
import { batchOf, fakeExporter, memoryLog, settle, stateOf } from './fakes.fixture.ts'

function deliveryTo(exporter: Exporter, more: Partial<DeliveryOptions> = {}) {
  const clock = manualClock()
  const log = memoryLog()
  const account = openAccount('exporter', 'out')
  const delivery = createDelivery({
    id: 'out',
    exporter,
    account,
    logger: log.logger,
    clock,
    random: () => 0.5,
    sending: defaultSending(),
    ...more,
  })
  return { delivery, account, clock, log }
}

const fake = () => {
  const exporter = fakeExporter()
  return { exporter, ...deliveryTo(exporter.make({} as never)) }
}

const records = (count: number) => batchOf(Array.from({ length: count }, (_, index) => index)).records

describe('the queue of an exporter', () => {
  it('accepts at once while there is room, and delivers in order, one delivery at a time', async () => {
    const { delivery, exporter, account } = fake()
    exporter.hold()
    expect(delivery.push(batchOf(['a']).records)).toBeUndefined()
    expect(delivery.push(batchOf(['b', 'c']).records)).toBeUndefined()
    await settle()
    expect(exporter.calls).toBe(1)
    exporter.release()
    await delivery.drained()
    expect(exporter.bodies).toEqual(['a', 'b', 'c'])
    expect(account).toMatchObject({ in: 3, out: 3 })
  })

  it('blocks at ten thousand records beside those under way, but takes a larger list when it is empty', async () => {
    const { delivery, exporter } = fake()
    exporter.hold()
    expect(delivery.push(records(1))).toBeUndefined()
    expect(delivery.push(records(20_000))).toBeUndefined()
    const waiting = [delivery.push(records(9999)), delivery.push(records(1)), delivery.push(records(1))]
    expect(await Promise.all(waiting.map((each) => stateOf(Promise.resolve(each))))).toEqual(
      Array.from({ length: 3 }, () => 'waiting'),
    )
    exporter.release()
    await Promise.all(waiting)
    await delivery.drained()
    expect(exporter.records).toHaveLength(30_002)
  })

  it('lets nobody pass who came later', async () => {
    const { delivery, exporter } = fake()
    exporter.hold()
    delivery.push(records(1))
    delivery.push(records(9999))
    const large = delivery.push(batchOf(['x', 'y']).records)
    const small = delivery.push(batchOf(['z']).records)
    expect([large, small].map((each) => each !== undefined)).toEqual([true, true])
    exporter.release()
    await delivery.drained()
    expect(exporter.bodies.slice(-3)).toEqual(['x', 'y', 'z'])
  })

  it('asks nothing of the exporter for no records', async () => {
    const { delivery, exporter } = fake()
    expect(delivery.push([])).toBeUndefined()
    await settle()
    expect(exporter.calls).toBe(0)
  })

  it('drops all it has when it ends, wakes who waits, and takes no more', async () => {
    let signal: AbortSignal | undefined
    const { delivery, account } = deliveryTo({
      export: (_, given) => {
        signal = given
        return new Promise(() => {})
      },
    })
    delivery.push(records(10_000))
    const waiting = delivery.push(records(5))
    delivery.end('deadline')
    await waiting
    await delivery.drained()
    expect(delivery.push(records(2))).toBeUndefined()
    expect(account).toMatchObject({ in: 10_007, out: 0 })
    expect([...account.dropped]).toEqual([['deadline', 10_007]])
    expect(signal?.aborted).toBe(true)
  })
})

describe('an exporter that fails', () => {
  it('loses the batch when it says that trying again cannot help, or says nothing', async () => {
    const { delivery, exporter, account, log } = fake()
    exporter.errors.push(new PermanentError('401'), new TypeError('undefined is not\na function'))
    for (const body of ['a', 'b', 'c']) {
      delivery.push(batchOf([body]).records)
      await settle()
    }
    expect(exporter.bodies).toEqual(['c'])
    expect(account).toMatchObject({ in: 3, out: 1 })
    expect([...account.dropped]).toEqual([['permanent', 2]])
    expect(log.lines).toEqual([
      {
        level: 'error',
        fields: { error: '401', reason: 'permanent', records: 1, times: 1 },
        message: 'records could not be delivered and were dropped: 401',
      },
    ])
  })

  it('also when it throws instead of rejecting', async () => {
    const { delivery, account } = deliveryTo({
      export() {
        throw new Error('no')
      },
    })
    delivery.push(records(2))
    await delivery.drained()
    expect([...account.dropped]).toEqual([['permanent', 2]])
  })

  it('loses only the records that it names, each once', async () => {
    const { delivery, exporter, account } = fake()
    exporter.errors.push(new PartialError('two of four', [1, 3, 3, 99, -1, 0.5]))
    delivery.push(records(4))
    await delivery.drained()
    expect(account).toMatchObject({ in: 4, out: 2 })
    expect([...account.dropped]).toEqual([['partial', 2]])
  })

  it('is tried again after a wait with jitter, and holds back what comes behind', async () => {
    const { delivery, exporter, account, clock } = fake()
    exporter.errors.push(new RetryableError('busy'), new RetryableError('busy'))
    delivery.push(batchOf(['a']).records)
    delivery.push(batchOf(['b']).records)
    await settle()
    expect(exporter.calls).toBe(1)
    clock.advance(499)
    await settle()
    expect(exporter.calls).toBe(1)
    clock.advance(1)
    await settle()
    expect(exporter.calls).toBe(2)
    clock.advance(1000)
    await delivery.drained()
    expect(exporter.bodies).toEqual(['a', 'b'])
    expect(account).toMatchObject({ in: 2, out: 2 })
  })

  it('is left alone for as long as it asks', async () => {
    const { delivery, exporter, clock } = fake()
    exporter.errors.push(new RetryableError('busy', { retryAfter: 60_000 }))
    delivery.push(records(1))
    await settle()
    clock.advance(59_999)
    await settle()
    expect(exporter.calls).toBe(1)
    clock.advance(1)
    await delivery.drained()
    expect(exporter.calls).toBe(2)
  })

  it('loses the batch five minutes after the first try, which is when it is tried last', async () => {
    const times: number[] = []
    const clock = manualClock()
    const { delivery, account } = deliveryTo(
      {
        export() {
          times.push(clock.monotonic())
          throw new RetryableError('busy')
        },
      },
      { clock },
    )
    delivery.push(records(3))
    for (let second = 0; second < 310; second++) {
      clock.advance(1000)
      await settle()
    }
    await delivery.drained()
    expect([...account.dropped]).toEqual([['retries_exhausted', 3]])
    expect(times.at(-1)).toBeGreaterThanOrEqual(300_000)
    expect(times.at(-1)).toBeLessThan(302_000)
    expect(times.length).toBeGreaterThan(15)
  })

  it('stops waiting for the next try when it ends', async () => {
    const { delivery, exporter, account, clock } = fake()
    exporter.errors.push(new RetryableError('busy'))
    delivery.push(records(1))
    await settle()
    delivery.end('deadline')
    await delivery.drained()
    clock.advance(60_000)
    await settle()
    expect(exporter.calls).toBe(1)
    expect([...account.dropped]).toEqual([['deadline', 1]])
  })

  it('is recognised by its code when it brought its own copy of the errors', async () => {
    const { delivery, exporter, clock } = fake()
    exporter.errors.push(Object.assign(new Error('busy'), { code: 'retryable', retryAfter: Number.NaN }))
    delivery.push(records(1))
    await settle()
    clock.advance(1000)
    await delivery.drained()
    expect(exporter.records).toHaveLength(1)
  })

  it('says so once, then once a minute with how often', async () => {
    const { delivery, exporter, clock, log } = fake()
    for (let index = 0; index < 5; index++) exporter.errors.push(new PermanentError('no'))
    for (let index = 0; index < 5; index++) {
      delivery.push(records(1))
      await settle()
    }
    expect(log.lines).toHaveLength(1)
    clock.advance(60_000)
    expect(log.lines.map((line) => line.fields.times)).toEqual([1, 4])
  })

  it('does not count twice what it has set aside itself', async () => {
    const account = openAccount('exporter', 'out')
    const { delivery } = deliveryTo({ export: () => account.ledger.dropped('too_large', 1) }, { account })
    delivery.push(records(3))
    await delivery.drained()
    expect(account).toMatchObject({ in: 3, out: 2 })
  })
})

describe('what an exporter gets', () => {
  it('is the very list that left the last processor', async () => {
    const given: (readonly LogRecord[])[] = []
    const { delivery } = deliveryTo({ export: (list) => void given.push(list) })
    const list = records(2)
    delivery.push(list)
    await delivery.drained()
    expect(given[0]).toBe(list)
  })
})
