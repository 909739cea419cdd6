import { type Attributes, ROOT_CONTEXT, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as HttpExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

/*
 * For test/e2e/edges.test.ts. It stands here because the SDK is a dependency of this example and of nothing else.
 */

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
/** So that one record below loses attributes and says how many. */
const MOST_ATTRIBUTES = 16

/** Every kind of value that the SDK takes, and the ends of each. */
const VALUES: Attributes = {
  text: 'größer · 大 · 🜲',
  empty: '',
  yes: true,
  no: false,
  zero: 0,
  least: Number.MIN_SAFE_INTEGER,
  greatest: Number.MAX_SAFE_INTEGER,
  tenth: 0.1,
  tiny: Number.MIN_VALUE,
  endless: Number.POSITIVE_INFINITY,
  bytes: new Uint8Array([0, 127, 128, 255]),
  list: ['a', 1, 0.5, false, null, [], ['b', { c: 1 }]],
  map: { a: { b: { c: [1, { d: '' }] } }, nothing: {} },
  null: null,
}

/** Where to send, and how. */
export interface Target {
  readonly protocol: 'grpc' | 'http'
  /** `http://127.0.0.1:4318`, as in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
}

/** Sends through the OpenTelemetry SDK. */
export interface Sender {
  /** Some records in which every field and every kind of value is there. */
  everyKind(): void
  /** A record for each of these bodies. */
  bodies(bodies: readonly string[]): void
  /** Resolves when all was sent and answered. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Sends the same records to several OTLP receivers at once, so that what comes out behind them can be compared. */
export function createSender(...targets: readonly Target[]): Sender {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes(
      { 'service.name': 'gateway-test', 'process.pid': 7, 'process.command_args': ['a', 'b'] },
      { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' },
    ),
    logRecordLimits: { attributeCountLimit: MOST_ATTRIBUTES },
    processors: targets.map(({ protocol, url }) => {
      const exporter =
        protocol === 'grpc' ? new GrpcExporter({ url }) : new HttpExporter({ url: `${url}/v1/logs` })
      return new BatchLogRecordProcessor({ exporter })
    }),
  })
  const scoped = provider.getLogger('scoped', '1.2.3', {
    schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
    attributes: { library: 'x', level: 2 },
  })
  const plain = provider.getLogger('plain')

  return {
    everyKind() {
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...TRACE, traceFlags: TraceFlags.SAMPLED })
      scoped.emit({
        timestamp: [1_789_377_670, 123_456_789],
        observedTimestamp: [1_789_377_671, 1],
        severityNumber: SeverityNumber.ERROR3,
        severityText: 'bad',
        eventName: 'everything',
        body: VALUES,
        attributes: VALUES,
        context,
      })
      const many = Object.fromEntries(Array.from({ length: MOST_ATTRIBUTES + 3 }, (_, i) => [`key.${i}`, i]))
      scoped.emit({ body: 'more than fits', attributes: many })
      for (const body of Object.values(VALUES)) plain.emit({ body })
      plain.emit({})
    },
    bodies(bodies) {
      for (const body of bodies) plain.emit({ body })
    },
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  }
}
