import {
  decodeLogs,
  decodeLogsJson,
  encodeResponse,
  encodeResponseJson,
  encodeStatus,
  encodeStatusJson,
  WireError,
} from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'

/** How requests and answers of one content type are read and written. */
export interface Format {
  readonly contentType: string
  /** The answer to a request that was taken whole. */
  readonly success: Uint8Array
  /** Throws for what is not OTLP. */
  decode(bytes: Uint8Array): LogRecord[]
  /** A `google.rpc.Status`; `retryDelay` in milliseconds. */
  status(code: number, message: string, retryDelay: number | undefined): Uint8Array
}

export const PROTOBUF: Format = {
  contentType: 'application/x-protobuf',
  success: encodeResponse(),
  decode: (bytes) => decodeLogs(bytes),
  status: (code, message, retryDelay) => encodeStatus(statusOf(code, message, retryDelay)),
}

export const JSON_FORMAT: Format = {
  contentType: 'application/json',
  success: Buffer.from(encodeResponseJson()),
  decode: (bytes) => decodeLogsJson(bytes),
  status: (code, message, retryDelay) => Buffer.from(encodeStatusJson(statusOf(code, message, retryDelay))),
}

function statusOf(code: number, message: string, retryDelay: number | undefined) {
  return retryDelay === undefined ? { code, message } : { code, message, retryDelay }
}

const FORMATS = new Map([PROTOBUF, JSON_FORMAT].map((format) => [format.contentType, format]))

export const CONTENT_TYPES: readonly string[] = [...FORMATS.keys()]

/** The format that a `Content-Type` names, whatever parameters it has; `undefined` for one that is not taken. */
export function formatOf(header = ''): Format | undefined {
  const end = header.indexOf(';')
  return FORMATS.get((end < 0 ? header : header.slice(0, end)).trim().toLowerCase())
}

/** What is wrong with a request, in a sentence that quotes nothing of it. */
export function explain(error: unknown): string {
  return error instanceof WireError ? error.message : 'the request cannot be decoded'
}
