import { createHash } from 'node:crypto'

/** Bytes at the beginning of a file by which it is known again, as far as there are that many. */
export const HEAD_BYTES = 1024
/**
 * Bytes before a position that must still be there. Files often begin alike (a CSV header, a banner) and a
 * truncated one may have grown beyond the old position: the beginning alone does not tell.
 */
export const TAIL_BYTES = 64

/** A few bytes of a file and their sum. */
export interface Mark {
  readonly bytes: number
  readonly sum: string
}

/** The mark of nothing: every file has it. */
export const NO_MARK: Mark = { bytes: 0, sum: '' }

/** The mark of a file's beginning; `bytes` are what it begins with. */
export function headMark(bytes: Buffer): Mark {
  const length = Math.min(bytes.length, HEAD_BYTES)
  return length === 0 ? NO_MARK : { bytes: length, sum: headSum(bytes.subarray(0, length)) }
}

/** Whether a file that begins with `bytes` begins as the mark says. */
export function isHead(mark: Mark, bytes: Buffer): boolean {
  if (bytes.length < mark.bytes) return false
  return mark.bytes === 0 || headSum(bytes.subarray(0, mark.bytes)) === mark.sum
}

/** The mark of what lies before `end` in `bytes`. Made for each batch, so it must cost next to nothing. */
export function tailMark(bytes: Buffer, end: number): Mark {
  const from = Math.max(0, end - TAIL_BYTES)
  return end === from ? NO_MARK : { bytes: end - from, sum: tailSum(bytes, from, end) }
}

/** Whether these are the bytes of the mark. */
export function isTail(mark: Mark, bytes: Buffer): boolean {
  return bytes.length === mark.bytes && (mark.bytes === 0 || tailSum(bytes, 0, bytes.length) === mark.sum)
}

function headSum(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

/** FNV-1a, 32 bits, in place: one record may be a batch, and a call into native code would cost more than the sum. */
function tailSum(bytes: Buffer, from: number, end: number): string {
  let sum = 0x811c9dc5
  for (let at = from; at < end; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193)
  return String(sum >>> 0)
}
