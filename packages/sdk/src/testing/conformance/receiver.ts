import assert from 'node:assert/strict'
import type { ReceiverFactory } from '../../component.ts'
import { LacunaError, RetryableError } from '../../errors.ts'
import type { Receiver, ReceiverHost } from '../../receiver.ts'
import { testReceiverHost } from '../test-host.ts'
import { type Check, within } from './check.ts'
import { describeRecord } from './describe-record.ts'
import { factoryChecks, parseConfig } from './factory-checks.ts'
import { type ReceiverRun, runReceiver } from './receiver-run.ts'

/** Input for one run of a receiver, made by {@link ReceiverConformance.input}. */
export interface ReceiverInput {
  /** The configuration that reads it, as it stands in a file. */
  readonly config: unknown
  /** How many records it holds. */
  readonly records: number
  /** Sends the input, for a receiver that listens; called once it has started. */
  send?(): void | Promise<void>
  /** Takes away what was made. */
  cleanUp?(): void | Promise<void>
}

/** What {@link receiverConformance} needs of a receiver's package. */
export interface ReceiverConformance {
  readonly factory: ReceiverFactory
  /** Makes files, a broker's topic, whatever there is to read: enough for several batches. One for each check. */
  readonly input: () => ReceiverInput | Promise<ReceiverInput>
  /** Makes the receiver in another way than by the factory. */
  readonly create?: (config: unknown, host: ReceiverHost) => Receiver
  /** A configuration that the schema accepts and that cannot work: no such file, a port that is taken. */
  readonly broken?: unknown
}

/**
 * What every receiver keeps to, as a list of checks. Time is the test's: while a check waits, the host's clock
 * runs a thousand times as fast as the machine's.
 *
 * @example
 * ```ts
 * for (const check of receiverConformance({ factory, input: threeFiles })) it(check.name, check.run)
 * ```
 */
export function receiverConformance(options: ReceiverConformance): Check[] {
  const { factory } = options
  /** Makes input and a receiver for it, and takes both away whatever happened. */
  const using = async (use: (run: ReceiverRun) => Promise<void>) => {
    const input = await options.input()
    const run = runReceiver(input, (host) => {
      const config = parseConfig(factory, input.config)
      return options.create ? options.create(config, host) : factory.create(config as never, host)
    })
    try {
      await use(run)
    } finally {
      run.release()
      await within(run.receiver.stop(), 'stop')
      await within(run.receiver.close?.(), 'close')
      await input.cleanUp?.()
    }
  }
  const check = (name: string, use: (run: ReceiverRun) => Promise<void>): Check => ({
    name,
    run: () => using(use),
  })

  const checks = [
    check('stops without having been started', async (run) => {
      await within(run.receiver.stop(), 'stop without start')
      assert.equal(run.batches.length, 0, 'it handed on a batch')
    }),
    check('starts, stops, and stops again', async (run) => {
      await within(run.receiver.start(), 'start')
      await within(run.receiver.stop(), 'stop')
    }),
    check('hands on every record', async (run) => {
      await run.readAll()
      assert.equal(run.records.length, run.input.records, 'records handed on')
      for (const batch of run.batches) {
        assert.ok(batch.records.length > 0, 'it handed on an empty batch')
        assert.ok(
          batch.position === undefined || typeof batch.position === 'string',
          'a position must be text',
        )
      }
    }),
    check('announces a source before its first batch and closes it after its last', async (run) => {
      await run.readAll()
      await within(run.receiver.stop(), 'stop')
      run.checkOrder()
    }),
    check('has at most one batch of a source under way', async (run) => {
      await run.readAll({ slow: true })
      assert.equal(run.mostUnderWay, 1, 'batches of one source under way at once')
      assert.equal(run.records.length, run.input.records, 'records handed on')
    }),
    check('waits while a batch is not accepted, and goes on after', async (run) => {
      run.hold()
      await run.startAndSend()
      await run.until(() => run.underWay > 0, 'the first batch')
      await run.turns(50)
      assert.ok(run.offered <= run.sources.size, 'it did not wait for the first batch of a source')
      run.release()
      await run.readAll()
      assert.equal(run.records.length, run.input.records, 'records handed on')
    }),
    check('hands on a batch again that was refused for now, in its order', async (run) => {
      run.refuse(2, () => new RetryableError('not now'))
      await run.readAll()
      assert.equal(run.records.length, run.input.records, 'records handed on')
      assert.equal(
        new Set(run.refused.map((batch) => batch.source.id)).size > 0,
        true,
        'no batch was refused',
      )
      for (const [source, batches] of run.bySource) {
        const first = run.refused.find((batch) => batch.source.id === source)?.records[0]
        const got = batches[0]?.records[0]
        if (first === undefined || got === undefined) continue
        assert.equal(describeRecord(got), describeRecord(first), 'another record came before the refused one')
      }
    }),
    check('has nothing under way once it has stopped', async (run) => {
      run.hold()
      await run.startAndSend()
      await run.until(() => run.underWay > 0, 'the first batch')
      let stopped = false
      const stop = Promise.resolve(run.receiver.stop()).then(() => {
        stopped = true
      })
      await run.turns(20)
      assert.equal(stopped, false, 'it stopped while a batch was under way')
      run.release()
      await run.until(() => stopped, 'stop')
      await stop
      const { offered } = run
      await run.turns(20)
      assert.equal(run.underWay, 0, 'a batch is under way after stop')
      assert.equal(run.offered, offered, 'it handed on a batch after stop')
    }),
    check('takes word that what it handed on is safe', async (run) => {
      await run.readAll()
      for (const { source, position } of run.batches) {
        if (position !== undefined) run.receiver.safe?.(source, position)
      }
    }),
  ]
  if (options.broken !== undefined) checks.push(brokenCheck(options, options.broken))
  return [...factoryChecks(factory, 'receiver', () => sampleConfig(options)), ...checks]
}

async function sampleConfig(options: ReceiverConformance): Promise<unknown> {
  const input = await options.input()
  await input.cleanUp?.()
  return input.config
}

function brokenCheck({ factory, create }: ReceiverConformance, config: unknown): Check {
  return {
    name: 'says in a sentence, with its id in front, what it cannot work with',
    async run() {
      const parsed = parseConfig(factory, config)
      const host = testReceiverHost({ id: `${factory.type}/broken` })
      const begin = async () => {
        const receiver = create ? create(parsed, host) : factory.create(parsed as never, host)
        try {
          await receiver.start()
          await receiver.done
        } finally {
          await receiver.stop()
          await receiver.close?.()
        }
      }
      const error: unknown = await within(
        begin().then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
        'the error',
      )
      assert.ok(error instanceof LacunaError, `start or done must reject with a LacunaError, not ${error}`)
      assert.equal(error.component, host.id, 'the id of the component')
    },
  }
}
