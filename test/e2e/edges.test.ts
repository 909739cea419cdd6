import { describe, expect, it, vi } from 'vitest'
import { createSender } from '../../examples/opentelemetry-sdk/src/sender.fixture.ts'
import { closedPort } from '../../packages/exporters/otlp/src/http-server.fixture.ts'
import {
  alertsOfTheDay,
  attributesOf,
  ends,
  endsRun,
  isAlert,
  listening,
  recordsOf,
  repositoryFile,
  SAMPLE_DAY,
  startSink,
  stopAtOnce,
  wireRecords,
} from './edges.fixture.ts'
import { burst, NINE } from './records.fixture.ts'
import { expectBalanced, opened, rowOf, run, start } from './run-lacuna.fixture.ts'

const PATIENCE = { timeout: 20_000 }

describe('configs/file-to-otlp.yaml', { timeout: 60_000 }, () => {
  const config = repositoryFile('configs/file-to-otlp.yaml')

  it('sends every alert of the sample day, and ends', async () => {
    const sink = await startSink()
    const [ended, printed] = await Promise.all([
      run({ config, files: SAMPLE_DAY, env: { OTLP_ENDPOINT: sink.url } }),
      alertsOfTheDay(),
    ])
    expect(ended.code).toBe(0)
    expectBalanced(ended)
    expect(ended.stdout).toBe('')
    expect(attributesOf(recordsOf(sink))).toEqual(attributesOf(printed))
    for (const { resource } of recordsOf(sink))
      expect(resource.attributes).toEqual({ 'service.name': 'lacuna' })
  })

  it('ends with 1 when the other side wants none of it', async () => {
    const sink = await startSink()
    sink.answer = (response) => void response.writeHead(400).end()
    const ended = await run({ config, files: SAMPLE_DAY, env: { OTLP_ENDPOINT: sink.url } })
    expect(ended.code).toBe(1)
    expectBalanced(ended)
    expect(rowOf(ended, 'otlp').dropped).toEqual({ permanent: 10 })
  })
})

describe('configs/gateway.yaml', { timeout: 60_000 }, () => {
  const config = repositoryFile('configs/gateway.yaml')
  const addresses = [
    'receivers.otlp.protocols.grpc',
    'receivers.otlp.protocols.http',
    'extensions.health_check',
  ].flatMap((listener) => ['--set', `${listener}.endpoint=127.0.0.1:0`])

  it.each(['grpc', 'http'] as const)(
    'hands on what an OpenTelemetry SDK sends by %s as it came, and tells the alert',
    async (protocol) => {
      const [backend, reference] = await Promise.all([startSink(), startSink()])
      const running = endsRun(start({ config, args: addresses, env: { OTLP_ENDPOINT: backend.url } }))
      const sender = ends(
        createSender(
          { protocol, url: await listening(running, protocol) },
          { protocol: 'http', url: reference.url },
        ),
      )
      sender.everyKind()
      sender.bodies(burst('one', NINE))
      sender.everyKind()
      await sender.flush()
      const sent = recordsOf(reference)
      const passed = () => recordsOf(backend).filter((record) => !isAlert(record))
      const alerts = () => recordsOf(backend).filter(isAlert)
      await vi.waitFor(() => expect([passed().length, alerts().length]).toEqual([sent.length, 1]), PATIENCE)

      expect(wireRecords(backend)).toEqual(wireRecords(reference))
      expect(passed()[0]).toMatchObject({
        hrTime: [1_789_377_670, 123_456_789],
        hrTimeObserved: [1_789_377_671, 1],
        severityNumber: 19,
        severityText: 'bad',
        eventName: 'everything',
        spanContext: {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: 1,
        },
        body: { bytes: new Uint8Array([0, 127, 128, 255]), greatest: Number.MAX_SAFE_INTEGER, tenth: 0.1 },
        attributes: { null: null, empty: '', endless: Number.POSITIVE_INFINITY },
        resource: {
          attributes: { 'service.name': 'gateway-test', 'process.pid': 7 },
          schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
        },
        instrumentationScope: {
          name: 'scoped',
          version: '1.2.3',
          attributes: { library: 'x', level: 2 },
          schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
        },
      })
      expect(passed()[1]?.droppedAttributesCount).toBe(3)

      running.child.kill('SIGTERM')
      const ended = await running.ended
      expect(ended.code).toBe(0)
      expectBalanced(ended)
      expect(opened(ended)).toEqual(['one'])
      expect(attributesOf(alerts())).toEqual(attributesOf(ended.alerts))
    },
  )

  it('lets everything pass while no alert can be delivered and more come than wait', async () => {
    const backend = await startSink()
    const set = [
      `exporters.otlp/alerts.endpoint=http://127.0.0.1:${await closedPort()}`,
      // Filled by 12 alerts as the real one is by 10,000 and more.
      'exporters.otlp/alerts.sending_queue.max_records=2',
    ]
    const args = [...addresses, ...set.flatMap((each) => ['--set', each])]
    const running = endsRun(start({ config, args, env: { OTLP_ENDPOINT: backend.url } }))
    const sender = ends(createSender({ protocol: 'http', url: await listening(running, 'http') }))
    const names = Array.from({ length: 12 }, (_, place) => `name-${String(place).padStart(2, '0')}`)
    for (const name of names) {
      sender.bodies(burst(name, NINE))
      await sender.flush()
    }
    await vi.waitFor(() => expect(recordsOf(backend)).toHaveLength(120), PATIENCE)
    expect(recordsOf(backend).some(isAlert)).toBe(false)
    await sender.close()
    stopAtOnce(running.child)
    const ended = await running.ended
    expect(opened(ended)).toEqual(names)
    expectBalanced(ended)
    const { in: taken, out, dropped } = rowOf(ended, 'otlp/alerts')
    expect({ taken, out }).toEqual({ taken: 12, out: 0 })
    expect(dropped.queue_full).toBeGreaterThanOrEqual(8)
  })
})
