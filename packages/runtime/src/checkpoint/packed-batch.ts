import type { Batch, LogRecord, Source } from '@lacuna/sdk'
import { packRecords, unpackRecords } from './pack-records.ts'
import { fromJson, toJson } from './spaces.ts'

/** Whose batch it is, and how many records it has. */
export interface BatchHead {
  readonly receiver: string
  readonly source: Source
  readonly records: number
}

/** A batch as bytes: the length of a head in JSON, the head, the records. */
export function packBatch(receiver: string, { source, records }: Batch): Uint8Array {
  const head = toJson({
    receiver,
    source: source.id,
    finite: source.finite,
    records: records.length,
  })
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, packRecords(records)])
}

/** Whose batch it is; `undefined` for bytes that {@link packBatch} has not made. */
export function headOf(bytes: Uint8Array): BatchHead | undefined {
  const head = fromJson(bytes.subarray(4, recordsAt(bytes)))
  if (typeof head !== 'object' || head === null || !('receiver' in head) || !('source' in head))
    return undefined
  const { receiver, source } = head
  if (typeof receiver !== 'string' || typeof source !== 'string') return undefined
  const finite = 'finite' in head && head.finite === true
  const records = 'records' in head && typeof head.records === 'number' ? head.records : 0
  return { receiver, source: { id: source, finite }, records }
}

/** The records of a batch. Throws where they cannot be read. */
export function recordsOf(bytes: Uint8Array): (LogRecord | undefined)[] {
  return unpackRecords(bytes.subarray(recordsAt(bytes)))
}

function recordsAt(bytes: Uint8Array): number {
  if (bytes.length < 4) return bytes.length
  return 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
}
