import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { INT32_MAX, INT32_MIN, integerField } from './json-numbers.ts'
import { asObject, listField, parseJson, textField } from './json-text.ts'
import { int64 } from './numbers.ts'
import { fields, WireReader } from './wire-reader.ts'

const STATUS = fields(1, 2, 3)
const ANY = fields(1, 2)
const RETRY_INFO = fields(1)
const DURATION = fields(1, 2)
const RETRY_INFO_URL = 'type.googleapis.com/google.rpc.RetryInfo'

/** A `google.rpc.Status`: the body of an HTTP error, and gRPC's `grpc-status-details-bin`. */
export interface Status {
  /** gRPC's code: 3 INVALID_ARGUMENT, 8 RESOURCE_EXHAUSTED, 14 UNAVAILABLE. */
  readonly code: number
  readonly message: string
  /** Milliseconds to wait before the next try, as the detail `RetryInfo`. */
  readonly retryDelay?: number
}

/** A {@link Status} in protobuf. */
export function encodeStatus(status: Status): Uint8Array {
  const writer = new BinaryWriter()
  if (status.code !== 0) writer.uint32(0x08).int32(status.code)
  if (status.message !== '') writer.uint32(0x12).string(status.message)
  if (status.retryDelay !== undefined) {
    const { seconds, nanos } = secondsOf(status.retryDelay)
    writer.uint32(0x1a).fork().uint32(0x0a).string(RETRY_INFO_URL)
    writer.uint32(0x12).fork().uint32(0x0a).fork()
    if (seconds > 0) writer.uint32(0x08).int64(seconds)
    if (nanos > 0) writer.uint32(0x10).int32(nanos)
    writer.join().join().join()
  }
  return writer.finish()
}

/** A {@link Status} in proto3's JSON. */
export function encodeStatusJson({ code, message, retryDelay }: Status): string {
  if (retryDelay === undefined) return JSON.stringify({ code, message })
  const details = [{ '@type': RETRY_INFO_URL, retryDelay: `${Math.max(0, retryDelay) / 1000}s` }]
  return JSON.stringify({ code, message, details })
}

/** Reads {@link encodeStatus}. Throws a `WireError`. */
export function decodeStatus(bytes: Uint8Array): Status {
  const reader = new WireReader(bytes)
  const end = bytes.length
  let code = 0
  let message = ''
  let retryDelay: number | undefined
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x08) code = reader.varint(end) | 0
    else if (tag === 0x12) message = reader.string(end)
    else if (tag === 0x1a) retryDelay = readDetail(reader, reader.ending(end)) ?? retryDelay
    else reader.skip(tag, end, STATUS)
  }
  return retryDelay === undefined ? { code, message } : { code, message, retryDelay }
}

/** Reads {@link encodeStatusJson}, as text or bytes. Throws a `WireError`. */
export function decodeStatusJson(input: string | Uint8Array): Status {
  const json = parseJson(input)
  const code = integerField(json, 'code', INT32_MIN, INT32_MAX)
  const message = textField(json, 'message')
  for (const item of listField(json, 'details')) {
    const detail = asObject(item, 'an item of details')
    if (detail['@type'] !== RETRY_INFO_URL) continue
    const retryDelay = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(textField(detail, 'retryDelay'))?.[1]
    if (retryDelay !== undefined) return { code, message, retryDelay: Number(retryDelay) * 1000 }
  }
  return { code, message }
}

function secondsOf(millis: number): { seconds: number; nanos: number } {
  const whole = Math.max(0, Math.round(millis))
  return { seconds: Math.floor(whole / 1000), nanos: (whole % 1000) * 1e6 }
}

/** Milliseconds of a `RetryInfo` in a `google.protobuf.Any`; `undefined` for any other detail. */
function readDetail(reader: WireReader, end: number): number | undefined {
  let url = ''
  let start = end
  let stop = end
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) url = reader.string(end)
    else if (tag === 0x12) {
      stop = reader.ending(end)
      start = reader.pos
      reader.pos = stop
    } else reader.skip(tag, end, ANY)
  }
  if (url !== RETRY_INFO_URL) return undefined
  reader.pos = start
  let millis: number | undefined
  while (reader.pos < stop) {
    const tag = reader.tag(stop)
    if (tag === 0x0a) millis = readDuration(reader, reader.ending(stop))
    else reader.skip(tag, stop, RETRY_INFO)
  }
  reader.pos = end
  return millis
}

function readDuration(reader: WireReader, end: number): number {
  let millis = 0
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x08) millis += Number(int64(reader.varint(end), reader.high)) * 1000
    else if (tag === 0x10) millis += (reader.varint(end) | 0) / 1e6
    else reader.skip(tag, end, DURATION)
  }
  return Math.max(0, millis)
}
