import { isAscii, isUtf8 } from 'node:buffer'
import type { Clock, HrTime, Ledger, Resource } from '@lacuna/sdk'
import { LogRecord } from '@lacuna/sdk'
import { type Mark, NO_MARK, tailMark } from './fingerprint.ts'
import type { Block } from './line-blocks.ts'
import { cutAt, cutText, isBlank } from './utf8.ts'

const NEWLINE = 10
const RETURN = 13
const SPACE = 32

/**
 * Bytes decoded at a time. A string of up to 128 KiB is made in V8's young generation and is gone with the next
 * cheap collection; larger ones go to the large-object space and cost, measured on this loop alone, four
 * times as much. It also keeps one character outside ASCII from making a megabyte of two-byte text.
 */
const PIECE = 64 * 2 ** 10

/** Turns blocks of lines into records, as many at a time as asked for. */
export interface LineRecords {
  /** Takes the next block; the last one must have been taken out whole. */
  load(block: Block): void
  /**
   * Up to `limit` records, none once the block is through. Bodies are slices of the decoded text and keep up to
   * {@link PIECE} bytes of it alive: fine for as long as a batch lives; what is kept longer must be copied.
   */
  take(limit: number): LogRecord[]
  /** Where the last line that was taken ends in the stream. */
  readonly position: number
  /** The mark of what lies before `position`, as far as it is at hand. */
  readonly tail: Mark
}

/** What {@link lineRecords} needs beside the bytes. */
export interface LineRecordsOptions {
  readonly resource: Resource
  readonly maxLineBytes: number
  readonly clock: Clock
  readonly ledger: Ledger
}

/**
 * Makes {@link LineRecords}. Ends a line at `\n` or `\r\n`, passes over blank lines, cuts long ones, replaces
 * bytes that are no UTF-8 by U+FFFD; each is counted in the ledger.
 */
export function lineRecords(options: LineRecordsOptions): LineRecords {
  const { resource, maxLineBytes, clock, ledger } = options
  let bytes: Buffer = Buffer.alloc(0)
  let blockStart = 0
  let cut = false
  // bytes[pieceStart, pieceEnd) is the piece in hand, bytes[.., at) is taken.
  let pieceEnd = 0
  let at = 0
  // The piece as text with `from` units of it taken, or undefined where only single lines can be decoded.
  let text: string | undefined
  let from = 0
  let ascii = true

  let blank = 0
  let truncated = 0
  let invalid = 0

  function nextPiece(): void {
    at = pieceEnd
    pieceEnd = bytes.length
    if (bytes.length - at > PIECE) {
      // The last line end within reach, or the end of a line that is longer than that.
      const reach = bytes.subarray(at, at + PIECE).lastIndexOf(NEWLINE)
      const newline = reach === -1 ? bytes.indexOf(NEWLINE, at + PIECE) : at + reach
      if (newline !== -1) pieceEnd = newline + 1
    }
    const piece = bytes.subarray(at, pieceEnd)
    ascii = isAscii(piece)
    if (ascii) text = piece.toString('latin1')
    else if (isUtf8(piece)) text = piece.toString('utf8')
    else text = undefined
    from = 0
  }

  function add(records: LogRecord[], body: string, now: Readonly<HrTime>): void {
    const record = new LogRecord()
    record.hrTimeObserved = now
    record.resource = resource
    record.body = body
    records.push(record)
  }

  function fromText(piece: string, records: LogRecord[], limit: number, now: Readonly<HrTime>): void {
    const first = from
    const oneByte = ascii
    let next = first
    while (next < piece.length && records.length < limit) {
      const begin = next
      let stop = piece.indexOf('\n', begin)
      if (stop === -1) stop = piece.length
      next = stop + 1
      if (stop > begin && piece.charCodeAt(stop - 1) === RETURN) stop--
      if (piece.charCodeAt(begin) <= SPACE && stop - begin <= maxLineBytes && isBlank(piece, begin, stop)) {
        blank++
        continue
      }
      let body = piece.slice(begin, stop)
      // A UTF-16 unit has at most three bytes of UTF-8: most lines need not be measured.
      if (
        body.length * 3 > maxLineBytes &&
        (oneByte ? body.length : Buffer.byteLength(body)) > maxLineBytes
      ) {
        body = cutText(body, maxLineBytes)
        truncated++
      }
      add(records, body, now)
    }
    from = Math.min(next, piece.length)
    if (from === piece.length) at = pieceEnd
    else at += oneByte ? from - first : Buffer.byteLength(piece.slice(first, from))
  }

  function fromBytes(records: LogRecord[], limit: number, now: Readonly<HrTime>): void {
    while (at < pieceEnd && records.length < limit) {
      const newline = bytes.indexOf(NEWLINE, at)
      let stop = newline === -1 || newline >= pieceEnd ? pieceEnd : newline
      const line = at
      at = Math.min(stop + 1, pieceEnd)
      if (stop > line && bytes[stop - 1] === RETURN) stop--
      addBytes(records, bytes.subarray(line, stop), now)
    }
  }

  function addBytes(records: LogRecord[], line: Buffer, now: Readonly<HrTime>): void {
    const kept = line.length > maxLineBytes ? line.subarray(0, cutAt(line, maxLineBytes)) : line
    if (kept.length < line.length) truncated++
    if (!isUtf8(kept)) invalid++
    const body = kept.toString('utf8')
    if (kept.length === line.length && isBlank(body, 0, body.length)) blank++
    else add(records, body, now)
  }

  function account(): void {
    if (blank > 0) ledger.noted('blank_line', blank)
    if (truncated > 0) ledger.noted('line_truncated', truncated)
    if (invalid > 0) ledger.noted('invalid_utf8', invalid)
    blank = truncated = invalid = 0
  }

  return {
    get position() {
      return blockStart + at
    },
    get tail() {
      return cut ? NO_MARK : tailMark(bytes, at)
    },
    load(block) {
      bytes = block.bytes
      cut = block.cut
      blockStart = block.end - bytes.length
      at = pieceEnd = 0
    },
    take(limit) {
      const records: LogRecord[] = []
      const now = clock.now()
      while (records.length < limit) {
        if (at === pieceEnd) {
          if (pieceEnd === bytes.length) break
          nextPiece()
        }
        if (text === undefined) fromBytes(records, limit, now)
        else fromText(text, records, limit, now)
      }
      account()
      return records
    },
  }
}
