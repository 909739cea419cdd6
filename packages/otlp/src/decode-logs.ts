import type { InstrumentationScope, LogRecord, Resource } from '@lacuna/sdk'
import { NO_TIME } from '@lacuna/sdk'
import { AttributeIndex } from './attribute-index.ts'
import { type Decoder, readRecord } from './decode-record.ts'
import { type Doubles, markShared } from './doubles.ts'
import { Budget, type DecodeOptions } from './limits.ts'
import { fields, WireReader } from './wire-reader.ts'
import { readKeyValue } from './wire-value.ts'

const REQUEST = fields(1)
const GROUP = fields(1, 2, 3)
const RESOURCE = fields(1, 2)
const SCOPE = fields(1, 2, 3, 4)

/**
 * The records of an `ExportLogsServiceRequest` in protobuf, in their order. Those of one group share their
 * `Resource` and `InstrumentationScope`.
 *
 * All of the request is checked at once; the attributes of a record are built only when someone asks for them,
 * out of `bytes`, which therefore must not change afterwards.
 *
 * Throws a {@link WireError} for whatever is not OTLP or beyond its bounds, and nothing else.
 *
 * @example
 * ```ts
 * const [record] = decodeLogs(body, { observed: host.clock.now() })
 * record?.get('azure.category')
 * ```
 */
export function decodeLogs(bytes: Uint8Array, options: DecodeOptions = {}): LogRecord[] {
  const reader = new WireReader(bytes)
  const budget = new Budget(options.maxDepth)
  const decoder: Decoder = {
    reader,
    budget,
    index: new AttributeIndex(reader, budget),
    observed: options.observed ?? NO_TIME,
    records: [],
  }
  const end = bytes.length
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) readResourceLogs(decoder, reader.ending(end))
    else reader.skip(tag, end, REQUEST)
  }
  return decoder.records
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The schema URL stands behind the records on the wire, and the resource may: so it is read in two passes. */
function readResourceLogs(decoder: Decoder, end: number): void {
  const { reader, budget } = decoder
  budget.group()
  const start = reader.pos
  const resource: Mutable<Resource> = { attributes: {}, droppedAttributesCount: 0 }
  const doubles: Doubles = new Set()
  let schemaUrl = ''
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) readResource(decoder, reader.ending(end), resource, doubles)
    else if (tag === 0x12) reader.pos = reader.ending(end)
    else if (tag === 0x1a) {
      budget.value()
      schemaUrl = reader.string(end)
    } else reader.skip(tag, end, GROUP)
  }
  if (schemaUrl !== '') resource.schemaUrl = schemaUrl
  markShared(resource, doubles)
  reader.pos = start
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x12) readScopeLogs(decoder, reader.ending(end), resource)
    else reader.skip(tag, end, 0)
  }
}

function readScopeLogs(decoder: Decoder, end: number, resource: Resource): void {
  const { reader, records, budget } = decoder
  budget.group()
  const start = reader.pos
  const scope: Mutable<InstrumentationScope> = { name: '', attributes: {}, droppedAttributesCount: 0 }
  const doubles: Doubles = new Set()
  let schemaUrl = ''
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) readScope(decoder, reader.ending(end), scope, doubles)
    else if (tag === 0x12) reader.pos = reader.ending(end)
    else if (tag === 0x1a) {
      budget.value()
      schemaUrl = reader.string(end)
    } else reader.skip(tag, end, GROUP)
  }
  if (schemaUrl !== '') scope.schemaUrl = schemaUrl
  markShared(scope, doubles)
  reader.pos = start
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x12) records.push(readRecord(decoder, reader.ending(end), resource, scope))
    else reader.skip(tag, end, 0)
  }
}

function readResource(
  { reader, budget }: Decoder,
  end: number,
  resource: Mutable<Resource>,
  doubles: Doubles,
): void {
  const { attributes } = resource
  budget.value()
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) {
      readKeyValue(reader, reader.ending(end), budget, 0, attributes, doubles, '/attributes')
    } else if (tag === 0x10) resource.droppedAttributesCount = reader.varint(end)
    else reader.skip(tag, end, RESOURCE)
  }
}

function readScope(
  { reader, budget }: Decoder,
  end: number,
  scope: Mutable<InstrumentationScope>,
  doubles: Doubles,
): void {
  const { attributes } = scope
  budget.value()
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) {
      budget.value()
      scope.name = reader.string(end)
    } else if (tag === 0x12) {
      budget.value()
      const version = reader.string(end)
      if (version !== '') scope.version = version
    } else if (tag === 0x1a) {
      readKeyValue(reader, reader.ending(end), budget, 0, attributes, doubles, '/attributes')
    } else if (tag === 0x20) scope.droppedAttributesCount = reader.varint(end)
    else reader.skip(tag, end, SCOPE)
  }
}
