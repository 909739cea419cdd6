import { LogRecord, PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openAccount } from './account.ts'
import { createDelivery } from './delivery.ts'
import { memoryLog, sending, settle } from './fakes.fixture.ts'

const small = fc.integer({ min: 1, max: 6 })
const options = fc.record({
  sending_queue: fc.record({
    max_records: small,
    max_bytes: fc.constantFrom(0, 200, 500),
    overflow: fc.constantFrom('block', 'drop_oldest', 'drop_newest'),
    concurrency: fc.integer({ min: 1, max: 3 }),
  }),
  batch: fc.record({
    max_records: small,
    max_bytes: fc.constantFrom(0, 150, 400),
    timeout: fc.constantFrom('0s', '1s'),
  }),
})
const outcome = fc.constantFrom('ok', 'ok', 'busy', 'refused', 'partly')

it('accounts for every record, keeps their order, and tells every source, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), outcome), { minLength: 1, maxLength: 15 }),
      fc.boolean(),
      async (config, steps, cut) => {
        const clock = manualClock()
        const account = openAccount('exporter', 'out')
        const outcomes = steps.map(([, what]) => what)
        const delivered: number[] = []
        const delivery = createDelivery({
          id: 'out',
          account,
          logger: memoryLog().logger,
          clock,
          random: () => 0.5,
          sending: sending(config),
          exporter: {
            async export(records) {
              expect(records.length).toBeGreaterThan(0)
              expect(records.length).toBeLessThanOrEqual(config.batch.max_records)
              const what = outcomes.shift()
              await Promise.resolve()
              if (what === 'busy') throw new RetryableError('busy')
              if (what === 'refused') throw new PermanentError('refused')
              for (const { body } of records.slice(what === 'partly' ? 1 : 0)) delivered.push(Number(body))
              if (what === 'partly') throw new PartialError('one', [0])
            },
          },
        })
        let next = 0
        let told = -1
        for (const [index, [count]] of steps.entries()) {
          const records = Array.from({ length: count }, () => new LogRecord({ body: next++ }))
          void Promise.resolve(delivery.push(records))
          const ask = delivery.whenSettled('s', () => {
            told = index
          })
          if (!ask) told = index
          if (index % 4 === 3) await settle()
        }
        const drained = delivery.drained()
        if (cut) delivery.end('deadline')
        for (let second = 0; second < 60; second++) {
          clock.advance(1000)
          await settle()
        }
        await drained
        expect(account.in).toBe(next)
        expect(account.out + account.settled()).toBe(next)
        expect(account.out).toBe(cut ? account.out : delivered.length)
        expect(new Set(delivered).size).toBe(delivered.length)
        if (config.sending_queue.concurrency === 1)
          expect(delivered).toEqual(delivered.toSorted((a, b) => a - b))
        if (!cut) expect(told).toBe(steps.length - 1)
        expect(delivery.queued).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
}, 30_000)
