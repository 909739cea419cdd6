import { decodeLogs, encodeLogs } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'

/** Before each frame: how many records, how many bytes. */
const HEAD = 8
/** Bytes of a frame of several records: no more than what the decoder takes, whatever they hold. */
const MAX_FRAME = 2 ** 20

/**
 * Records as bytes, in their order and with every type, as far as OTLP has it: a list of frames, each a request of OTLP
 * with records that follow each other and share their resource and scope, because a request keeps no other order. A
 * record that cannot be encoded (an attribute view that throws) leaves a place.
 *
 * @param start the first record to take
 * @param end the one after the last
 */
export function packRecords(records: readonly LogRecord[], start = 0, end = records.length): Uint8Array {
  const frames: Uint8Array[] = []
  for (let from = start; from < end; ) {
    const to = endOfRun(records, from, end)
    pack(records.slice(from, to), frames)
    from = to
  }
  return Buffer.concat(frames)
}

/**
 * The records again; `undefined` in the place of one that could not be encoded. Their attributes are built when someone
 * asks, out of `bytes`, which must not change.
 *
 * Throws for bytes that {@link packRecords} has not made.
 */
export function unpackRecords(bytes: Uint8Array): (LogRecord | undefined)[] {
  const records: (LogRecord | undefined)[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    if (at + HEAD > bytes.length) throw new RangeError('a frame is cut short')
    const count = view.getUint32(at)
    const length = view.getUint32(at + 4)
    at += HEAD
    if (at + length > bytes.length) throw new RangeError('a frame is cut short')
    if (length === 0 && count === 1) records.push(undefined)
    else {
      const decoded = decodeLogs(bytes.subarray(at, at + length))
      if (decoded.length !== count) throw new RangeError('a frame does not hold what it says')
      for (const record of decoded) records.push(record)
    }
    at += length
  }
  return records
}

function endOfRun(records: readonly LogRecord[], from: number, end: number): number {
  const first = records[from]
  let to = from + 1
  for (; to < end; to++) {
    const record = records[to]
    if (record?.resource !== first?.resource) break
    if (record?.instrumentationScope !== first?.instrumentationScope) break
  }
  return to
}

function pack(run: readonly LogRecord[], frames: Uint8Array[]): void {
  const bytes = encoded(run)
  if (run.length > 1 && (bytes === undefined || bytes.length > MAX_FRAME)) {
    const half = run.length >> 1
    pack(run.slice(0, half), frames)
    pack(run.slice(half), frames)
    return
  }
  const head = Buffer.alloc(HEAD)
  head.writeUInt32BE(run.length, 0)
  head.writeUInt32BE(bytes?.length ?? 0, 4)
  frames.push(head)
  if (bytes !== undefined) frames.push(bytes)
}

function encoded(run: readonly LogRecord[]): Uint8Array | undefined {
  try {
    return encodeLogs(run)
  } catch {
    return undefined
  }
}
