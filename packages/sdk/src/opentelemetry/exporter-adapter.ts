import type { Attributes as SdkAttributes, SpanContext } from '@opentelemetry/api'
import type { ExportResult } from '@opentelemetry/core'
import { ExportResultCode } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { RetryableError } from '../errors.ts'
import type { Exporter } from '../exporter.ts'
import type { LogRecord, Resource } from '../record.ts'

/**
 * Makes a Lacuna exporter of any `LogRecordExporter` of the OpenTelemetry SDK.
 *
 * The SDK's model has no place for a bigint (most of its exporters write an empty value for one), for the
 * dropped count of a resource, nor for the difference between `5` and `5.0`, and drops attributes of a resource
 * that are null, maps, bytes or lists of mixed types: whoever uses this accepts that loss. A failure counts as
 * retryable, because the SDK does not say which kind it is; so does a signal that ends the wait, and what was
 * sent by then may be sent again.
 *
 * @example
 * ```ts
 * const exporter = fromLogRecordExporter(new ConsoleLogRecordExporter())
 * ```
 */
export function fromLogRecordExporter(exporter: LogRecordExporter): Exporter {
  const resources = new WeakMap<Resource, ReadableLogRecord['resource']>()

  const resourceOf = (resource: Resource) => {
    let made = resources.get(resource)
    if (made === undefined) {
      const options = resource.schemaUrl === undefined ? {} : { schemaUrl: resource.schemaUrl }
      made = resourceFromAttributes(resource.attributes as SdkAttributes, options)
      resources.set(resource, made)
    }
    return made
  }

  return {
    export: (records, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => reject(new RetryableError('the export was given up before it was answered'))
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        const done = (result: ExportResult) => {
          signal.removeEventListener('abort', abort)
          if (result.code === ExportResultCode.SUCCESS) resolve()
          else
            reject(
              new RetryableError(result.error?.message ?? 'the exporter failed', { cause: result.error }),
            )
        }
        exporter.export(
          records.map((record) => toReadable(record, resourceOf(record.resource))),
          done,
        )
      }),
    stop: () => exporter.shutdown(),
  }
}

function toReadable(record: LogRecord, resource: ReadableLogRecord['resource']): ReadableLogRecord {
  const optional: { spanContext?: SpanContext; severityText?: string; eventName?: string } = {}
  if (record.spanContext !== undefined) optional.spanContext = record.spanContext
  if (record.severityText !== undefined) optional.severityText = record.severityText
  if (record.eventName !== undefined) optional.eventName = record.eventName
  return {
    ...optional,
    hrTime: [...record.hrTime],
    hrTimeObserved: [...record.hrTimeObserved],
    severityNumber: record.severityNumber as never,
    body: record.body as never,
    resource,
    instrumentationScope: record.instrumentationScope as ReadableLogRecord['instrumentationScope'],
    attributes: record.attributes as SdkAttributes,
    droppedAttributesCount: record.droppedAttributesCount,
  }
}
