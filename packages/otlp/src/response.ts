import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { bigintOf } from './json-numbers.ts'
import { objectField, parseJson, textField } from './json-text.ts'
import { int64 } from './numbers.ts'
import { fields, WireReader } from './wire-reader.ts'

const ONE_FIELD = fields(1)
const TWO_FIELDS = fields(1, 2)
const MAX_INT64 = 2n ** 63n - 1n

/** What a receiver says that took a request only in part, or took it all and has something to say. */
export interface PartialSuccess {
  /** Records that were refused for good; 0 where the message is only a warning. */
  readonly rejectedLogRecords: number
  readonly errorMessage: string
}

/**
 * An `ExportLogsServiceResponse` in protobuf: no bytes at all for a full success.
 *
 * @example
 * ```ts
 * encodeResponse({ rejectedLogRecords: 2, errorMessage: 'two records are too large' })
 * ```
 */
export function encodeResponse(partial?: PartialSuccess): Uint8Array {
  const writer = new BinaryWriter()
  if (partial !== undefined) {
    writer.uint32(0x0a).fork()
    if (partial.rejectedLogRecords > 0) writer.uint32(0x08).int64(partial.rejectedLogRecords)
    if (partial.errorMessage !== '') writer.uint32(0x12).string(partial.errorMessage)
    writer.join()
  }
  return writer.finish()
}

/** An `ExportLogsServiceResponse` in OTLP's JSON. */
export function encodeResponseJson(partial?: PartialSuccess): string {
  if (partial === undefined) return '{}'
  const { rejectedLogRecords, errorMessage } = partial
  return JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejectedLogRecords), errorMessage } })
}

/** Reads {@link encodeResponse}; `undefined` for a full success. Throws a `WireError`. */
export function decodeResponse(bytes: Uint8Array): PartialSuccess | undefined {
  const reader = new WireReader(bytes)
  const end = bytes.length
  let partial: PartialSuccess | undefined
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) partial = readPartial(reader, reader.ending(end))
    else reader.skip(tag, end, ONE_FIELD)
  }
  return meaning(partial)
}

/** Reads {@link encodeResponseJson}, as text or bytes. Throws a `WireError`. */
export function decodeResponseJson(input: string | Uint8Array): PartialSuccess | undefined {
  const json = objectField(parseJson(input), 'partialSuccess')
  if (json === undefined) return undefined
  const count = json.rejectedLogRecords ?? 0
  return meaning({
    rejectedLogRecords: Number(bigintOf(count, 'rejectedLogRecords', -MAX_INT64, MAX_INT64)),
    errorMessage: textField(json, 'errorMessage'),
  })
}

function readPartial(reader: WireReader, end: number): PartialSuccess {
  let rejectedLogRecords = 0
  let errorMessage = ''
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x08) rejectedLogRecords = Number(int64(reader.varint(end), reader.high))
    else if (tag === 0x12) errorMessage = reader.string(end)
    else reader.skip(tag, end, TWO_FIELDS)
  }
  return { rejectedLogRecords, errorMessage }
}

/** The protocol's way to say nothing is a partial success without count and message. */
function meaning(partial: PartialSuccess | undefined): PartialSuccess | undefined {
  if (partial === undefined) return undefined
  const rejectedLogRecords = Math.max(0, partial.rejectedLogRecords)
  return rejectedLogRecords === 0 && partial.errorMessage === ''
    ? undefined
    : { rejectedLogRecords, errorMessage: partial.errorMessage }
}
