import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs'
import { describe, expect, it } from 'vitest'
import { RetryableError } from '../errors.ts'
import { LogRecord } from '../record.ts'
import { fromLogRecordExporter } from './exporter-adapter.ts'

const never = new AbortController().signal

/** An SDK exporter that does what a test says. */
function sdkExporter(given: Partial<LogRecordExporter>): LogRecordExporter {
  return { export() {}, shutdown: async () => {}, forceFlush: async () => {}, ...given }
}

describe('an exporter of the OpenTelemetry SDK', () => {
  it('is handed every field of a record', async () => {
    const memory = new InMemoryLogRecordExporter()
    const record = new LogRecord({
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'lacuna.alert',
      body: { text: 'a', nil: null },
      spanContext: { traceId: 't', spanId: 's', traceFlags: 1 },
      attributes: { a: 1, list: ['x'] },
      resource: {
        attributes: { 'service.name': 'lacuna' },
        schemaUrl: 'https://s/1',
        droppedAttributesCount: 0,
      },
      instrumentationScope: { name: 'scope', version: '1', attributes: {}, droppedAttributesCount: 0 },
      droppedAttributesCount: 5,
    })
    await fromLogRecordExporter(memory).export([record], never)
    const [got] = memory.getFinishedLogRecords()
    expect(got).toMatchObject({
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'lacuna.alert',
      body: { text: 'a', nil: null },
      spanContext: { traceId: 't', spanId: 's', traceFlags: 1 },
      attributes: { a: 1, list: ['x'] },
      instrumentationScope: { name: 'scope', version: '1' },
      droppedAttributesCount: 5,
    })
    expect(got?.resource.attributes).toEqual({ 'service.name': 'lacuna' })
    expect(got?.resource.schemaUrl).toBe('https://s/1')
  })

  it('is handed no key for what a record does not have', async () => {
    const memory = new InMemoryLogRecordExporter()
    await fromLogRecordExporter(memory).export([new LogRecord()], never)
    const [got] = memory.getFinishedLogRecords()
    for (const key of ['spanContext', 'severityText', 'eventName']) expect(got).not.toHaveProperty(key)
  })

  it('is handed one resource for records of one resource, by which it groups', async () => {
    const memory = new InMemoryLogRecordExporter()
    const resource = { attributes: { 'service.name': 'a' }, droppedAttributesCount: 0 }
    const exporter = fromLogRecordExporter(memory)
    await exporter.export([new LogRecord({ resource }), new LogRecord({ resource })], never)
    await exporter.export([new LogRecord({ resource })], never)
    expect(new Set(memory.getFinishedLogRecords().map((record) => record.resource)).size).toBe(1)
  })

  it('takes attributes of a resource that its model has no place for without throwing', async () => {
    const memory = new InMemoryLogRecordExporter()
    const attributes = { nil: null, map: { a: 1 }, bytes: new Uint8Array(1), big: 1n, ok: 'yes' }
    const record = new LogRecord({ resource: { attributes, droppedAttributesCount: 0 } })
    await fromLogRecordExporter(memory).export([record], never)
    expect(memory.getFinishedLogRecords()[0]?.resource.attributes).toMatchObject({ ok: 'yes' })
  })

  it('is shut down on stop, and what it then refuses is retryable', async () => {
    const exporter = fromLogRecordExporter(new InMemoryLogRecordExporter())
    await exporter.stop?.()
    const refused = exporter.export([new LogRecord()], never)
    await expect(refused).rejects.toThrow(RetryableError)
    await expect(refused).rejects.toThrow('Exporter has been stopped')
  })

  it('says so when it gives no reason', async () => {
    const exporter = fromLogRecordExporter(sdkExporter({ export: (_, done) => done({ code: 1 }) }))
    await expect(exporter.export([], never)).rejects.toThrow('the exporter failed')
  })

  it('that never answers is given up when the signal says so', async () => {
    const exporter = fromLogRecordExporter(sdkExporter({}))
    const controller = new AbortController()
    const waiting = exporter.export([new LogRecord()], controller.signal)
    controller.abort()
    await expect(waiting).rejects.toThrow(RetryableError)
    await expect(exporter.export([new LogRecord()], controller.signal)).rejects.toThrow(RetryableError)
  })
})
