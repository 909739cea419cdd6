import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { InstrumentationScope, LogRecord, Resource } from '@lacuna/sdk'
import { IndexedAttributes } from './attribute-index.ts'
import { sharedDoubles } from './doubles.ts'
import { wireId, wireSeverity } from './encodable.ts'
import { groupRecords } from './group-records.ts'
import { uint32 } from './numbers.ts'
import { writeKeyValues, writeTime, writeValue } from './wire-value-writer.ts'

/**
 * Records as an `ExportLogsServiceRequest` in protobuf, grouped by resource and scope in the order of first
 * appearance.
 *
 * What {@link decodeLogs} gives goes out as it came in: every field, type and nanosecond. What OTLP cannot say is
 * written as near to it as can be: a bigint beyond 64 bits as its digits, what is nested deeper than 64 levels as a
 * note that says so, a time before 1970 or after 2554 and an id that is none not at all. It never throws.
 *
 * @example
 * ```ts
 * const body = encodeLogs(records)
 * ```
 */
export function encodeLogs(records: Iterable<LogRecord>): Uint8Array {
  const writer = new BinaryWriter()
  for (const group of groupRecords(records, WIRE_GROUPS)) {
    writer.uint32(0x0a).fork()
    if (group.resource.message.length > 0) writer.uint32(0x0a).bytes(group.resource.message)
    for (const { scope, records } of group.scopes.values()) {
      writer.uint32(0x12).fork()
      if (scope.message.length > 0) writer.uint32(0x0a).bytes(scope.message)
      for (const record of records) {
        writer.uint32(0x12).fork()
        writeRecord(writer, record)
        writer.join()
      }
      writeText(writer, 0x1a, scope.schemaUrl)
      writer.join()
    }
    writeText(writer, 0x1a, group.resource.schemaUrl)
    writer.join()
  }
  return writer.finish()
}

interface Encoded {
  readonly message: Uint8Array
  readonly schemaUrl: string | undefined
}

const WIRE_GROUPS = {
  resource(resource: Resource): Encoded {
    const writer = new BinaryWriter()
    writeKeyValues(writer, 0x0a, resource.attributes, 0, sharedDoubles(resource), '/attributes')
    writeCount(writer, 0x10, resource.droppedAttributesCount)
    return { message: writer.finish(), schemaUrl: resource.schemaUrl }
  },
  scope(scope: InstrumentationScope): Encoded {
    const writer = new BinaryWriter()
    writeText(writer, 0x0a, scope.name)
    writeText(writer, 0x12, scope.version)
    writeKeyValues(writer, 0x1a, scope.attributes, 0, sharedDoubles(scope), '/attributes')
    writeCount(writer, 0x20, scope.droppedAttributesCount)
    return { message: writer.finish(), schemaUrl: scope.schemaUrl }
  },
  key: ({ message, schemaUrl }: Encoded): string =>
    // With the length in front, for either may hold any text.
    `${message.length} ${Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1')}${schemaUrl ?? ''}`,
}

function writeRecord(writer: BinaryWriter, record: LogRecord): void {
  const { body, spanContext, doubles } = record
  writeTime(writer, 0x09, record.hrTime)
  const severity = wireSeverity(record.severityNumber)
  if (severity !== 0) writer.uint32(0x10).int32(severity)
  writeText(writer, 0x1a, record.severityText)
  if (body !== undefined) {
    writer.uint32(0x2a).fork()
    writeValue(writer, body, 0, doubles, '/body')
    writer.join()
  }
  // A gateway passes most records on as they came: then their attributes are never built.
  const view = record.attributeView
  if (view instanceof IndexedAttributes) view.write(writer)
  else writeKeyValues(writer, 0x32, record.attributes, 0, doubles, '/attributes')
  writeCount(writer, 0x38, record.droppedAttributesCount)
  if (spanContext !== undefined) {
    const flags = spanContext.traceFlags >>> 0
    if (flags !== 0) writer.uint32(0x45).fixed32(flags)
    writeId(writer, 0x4a, wireId(spanContext.traceId, 32))
    writeId(writer, 0x52, wireId(spanContext.spanId, 16))
  }
  writeTime(writer, 0x59, record.hrTimeObserved)
  writeText(writer, 0x62, record.eventName)
}

function writeText(writer: BinaryWriter, tag: number, text: string | undefined): void {
  if (text !== undefined && text !== '') writer.uint32(tag).string(text)
}

function writeCount(writer: BinaryWriter, tag: number, count: number): void {
  const value = uint32(count)
  if (value !== 0) writer.uint32(tag).uint32(value)
}

function writeId(writer: BinaryWriter, tag: number, id: string): void {
  if (id !== '') writer.uint32(tag).bytes(Buffer.from(id, 'hex'))
}
