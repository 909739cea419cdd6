import type { AnyValue, HrTime, InstrumentationScope, Resource } from '@lacuna/sdk'
import { LogRecord, NO_TIME } from '@lacuna/sdk'
import { type AttributeIndex, IndexedAttributes } from './attribute-index.ts'
import type { Doubles } from './doubles.ts'
import { LazyDoubles } from './lazy-doubles.ts'
import type { Budget } from './limits.ts'
import { timeFromNanos } from './numbers.ts'
import { fields, type WireReader } from './wire-reader.ts'
import { checkValue, readValue } from './wire-value.ts'

const LOG_RECORD = fields(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12)
const STRING_TAG = 0x0a

/** What is at hand while a request is decoded. */
export interface Decoder {
  readonly reader: WireReader
  readonly budget: Budget
  readonly index: AttributeIndex
  /** The time of observation of records that bring none. */
  readonly observed: Readonly<HrTime>
  readonly records: LogRecord[]
}

/** Reads a `LogRecord` from the reader's position to `end`. */
export function readRecord(
  decoder: Decoder,
  end: number,
  resource: Resource,
  scope: InstrumentationScope,
): LogRecord {
  const { reader, budget, index } = decoder
  budget.record()
  const record = new LogRecord()
  record.resource = resource
  record.instrumentationScope = scope
  record.hrTimeObserved = decoder.observed
  const from = index.count
  let integralDouble = false
  let traceId = ''
  let spanId = ''
  let flags = 0
  while (reader.pos < end) {
    const start = reader.pos
    const tag = reader.tag(end)
    switch (tag) {
      case 0x09:
        record.hrTime = timeFromNanos(reader.fixed64(end), reader.high)
        break
      case 0x10:
        record.severityNumber = reader.varint(end) | 0 || undefined
        break
      case 0x1a:
        if (record.severityText !== undefined) budget.value()
        record.severityText = reader.string(end) || undefined
        break
      case 0x2a:
        record.doubles = undefined
        record.body = readBody(decoder, reader.ending(end), record)
        break
      case 0x32:
        if (index.add(start, reader.ending(end))) integralDouble = true
        break
      case 0x38:
        record.droppedAttributesCount = reader.varint(end)
        break
      case 0x45:
        flags = reader.fixed32(end)
        break
      case 0x4a:
        if (traceId !== '') budget.value()
        traceId = readId(reader, reader.ending(end), 16)
        break
      case 0x52:
        if (spanId !== '') budget.value()
        spanId = readId(reader, reader.ending(end), 8)
        break
      case 0x59: {
        const time = timeFromNanos(reader.fixed64(end), reader.high)
        if (time !== NO_TIME) record.hrTimeObserved = time
        break
      }
      case 0x62:
        if (record.eventName !== undefined) budget.value()
        record.eventName = reader.string(end) || undefined
        break
      default:
        reader.skip(tag, end, LOG_RECORD)
    }
  }
  if (traceId !== '' || spanId !== '' || flags !== 0) {
    record.spanContext = { traceId, spanId, traceFlags: flags }
  }
  if (index.count > from) record.setAttributeView(new IndexedAttributes(index, from, index.count))
  if (integralDouble) record.doubles = new LazyDoubles(record.doubles, index, from, index.count)
  return record
}

/** Most bodies are text. Of the others the marks are wanted too, but pointers are made only where there are any. */
function readBody({ reader, budget, index }: Decoder, end: number, record: LogRecord): AnyValue {
  const start = reader.pos
  if (reader.bytes[start] === STRING_TAG) return readValue(reader, end, budget, 0)
  const integralDouble = checkValue(reader, end, budget, 0)
  const doubles: Doubles | undefined = integralDouble ? new Set() : undefined
  record.doubles = doubles
  reader.pos = start
  return readValue(reader, end, index.unbounded, 0, doubles, '/body')
}

/** An id of another length than it must have counts as absent, as the protocol has it, not as malformed. */
function readId(reader: WireReader, end: number, length: number): string {
  const start = reader.pos
  reader.pos = end
  return end - start === length ? reader.hex(start, end) : ''
}
