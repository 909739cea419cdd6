import type { ExtensionHost, RuntimeStatus } from '@lacuna/sdk'
import type { FakeExporter, FakeReceiver, Parts } from './fakes.fixture.ts'

/** An extension that only keeps what it was given. */
export function watcher(events: string[] = []) {
  let host: ExtensionHost | undefined
  let atMaking: RuntimeStatus | undefined
  const tell = (what: string) => void events.push(`${what} while ${host?.status().phase}`)
  return {
    make: (given: ExtensionHost) => {
      host = given
      atMaking = given.status()
      return { start: () => tell('start'), stop: () => tell('stop') }
    },
    get atMaking() {
      return atMaking
    },
    get now(): RuntimeStatus {
      if (host === undefined) throw new Error('the extension has not been made')
      return host.status()
    },
    get receiver() {
      return this.now.receivers[0]
    },
    get exporter() {
      return this.now.exporters[0]
    },
  }
}

/** One pipeline `logs` from `in` to `out`, watched; or what `more` says. */
export function watchedParts(
  receiver: FakeReceiver,
  exporter: FakeExporter,
  watch: ReturnType<typeof watcher>,
  more: Partial<Parts> = {},
): Parts {
  return {
    receivers: { in: receiver.make },
    exporters: { out: exporter.make },
    extensions: { watch: watch.make },
    pipelines: { logs: { receivers: ['in'], exporters: ['out'] } },
    ...more,
  }
}

/** The states of all receivers, exporters and pipelines, in this order. */
export const states = ({ pipelines, receivers, exporters }: RuntimeStatus) =>
  [...receivers, ...exporters, ...pipelines].map(({ state }) => state)
