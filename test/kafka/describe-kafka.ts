import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Broker, startBroker } from './broker.ts'
import { whyNoKafka } from './java.ts'

/** Milliseconds that a test may take; most of it is waiting, on a machine that has other things to do. */
const TIMEOUT = 60_000

/**
 * A suite with a real broker of its own. Where none can be started it is skipped, with the reason in its name;
 * under CI that is a failure.
 *
 * @param body gets a function that gives the broker, once tests run
 */
export function describeKafka(name: string, body: (broker: () => Broker) => void): void {
  const reason = whyNoKafka()
  if (reason !== undefined) {
    if (process.env.CI) it(name, () => Promise.reject(new Error(`no Kafka to test against: ${reason}`)))
    else describe.skip(`${name} (skipped: ${reason})`, () => it('needs a broker', () => {}))
    return
  }
  describe(name, { timeout: TIMEOUT }, () => {
    let broker: Broker | undefined
    beforeAll(async () => {
      broker = await startBroker()
    }, 180_000)
    afterAll(() => broker?.stop(), 30_000)
    body(() => {
      if (broker === undefined) throw new Error('the broker runs only while tests do')
      return broker
    })
  })
}
