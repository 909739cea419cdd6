import type { Random } from '../../examples/sample-data/src/random.ts'
import type { Feed, SourceKind } from './feed.ts'

/** What differs from run to run beside the input, as the seed decides. */
export interface Settings {
  readonly source: SourceKind
  /** Whether there is a storage: without one the checks must find what gets lost. */
  readonly storage: boolean
  /** Whether files are followed; otherwise they are read once to their end. */
  readonly follow: boolean
  /** Milliseconds between two checkpoints. */
  readonly checkpoint: number
  /** Records that wait for the exporter at most, and in one request. */
  readonly queue: number
  readonly batch: number
  /** Milliseconds that the sink takes for an answer. */
  readonly latency: number
  /** Milliseconds after which the exporter gives up waiting for an answer. */
  readonly timeout: number
  /** Milliseconds that a part of the input takes to be handed over; one of these each time. */
  readonly durations: readonly number[]
}

/** All at once, and as it comes in. */
const DURATIONS = [0, 500, 2500]

export function chooseSettings(random: Random, source: SourceKind): Settings {
  return {
    source,
    storage: true,
    follow: true,
    checkpoint: random.pick([50, 200, 1000]),
    queue: random.pick([5, 50, 10_000]),
    batch: random.pick([1, 10, 1000]),
    latency: random.pick([0, 5, 15]),
    timeout: 2000,
    durations: DURATIONS,
  }
}

/** Undisturbed, and all at once. */
export function calmSettings(source: SourceKind): Settings {
  const quick = { checkpoint: 1000, queue: 10_000, batch: 1000, latency: 0, timeout: 30_000 }
  return { source, storage: true, follow: true, ...quick, durations: [0] }
}

/** The configuration: the main job, with storage. */
export function lacunaYaml(settings: Settings, feed: Feed, port: number): string {
  return `receivers:
${feed.receivers}processors:
  field_mapping:
    preset: azure_openai
  zero_length_response:
    window: { type: sliding, size: 60m }
    threshold: 10
    # A run takes less: what is idle is decided by the wall clock, which no two runs share.
    idle_timeout: 10m
exporters:
  otlp:
    endpoint: "http://127.0.0.1:${port}"
    protocol: http/json
    compression: none
    headers: { x-life: "\${env:LACUNA_LIFE}" }
    timeout: ${settings.timeout}ms
    sending_queue: { max_records: ${settings.queue} }
    batch: { max_records: ${settings.batch} }
    retry_on_failure: { initial_interval: 50ms, max_interval: 200ms, max_elapsed_time: 0s }
extensions:
  storage: { directory: ./state, checkpoint_interval: ${settings.checkpoint}ms }
service:
  extensions: [${settings.storage ? 'storage' : ''}]
  pipelines:
    logs:
      receivers: [${feed.receiver}]
      processors: [field_mapping, zero_length_response]
      exporters: [otlp]
`
}
