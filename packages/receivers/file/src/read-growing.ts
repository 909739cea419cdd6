import type { FileHandle } from 'node:fs/promises'
import type { Batch } from '@lacuna/sdk'
import { learnHead, readAt } from './content.ts'
import { isTail, NO_MARK, TAIL_BYTES, tailMark } from './fingerprint.ts'
import type { Block } from './line-blocks.ts'
import { type LineRecordsOptions, lineRecords } from './line-records.ts'
import { HEAD, isMarked } from './open-input.ts'
import { changed, type Leg, positionOf, type Track } from './track.ts'

/** What {@link readGrowing} needs beside the file. */
export interface GrowingOptions extends Omit<LineRecordsOptions, 'resource'> {
  /** Read into; of at least {@link LEAST_BUFFER} bytes. One for all files: they are read one at a time. */
  readonly buffer: Buffer
  /** Records of a batch at most. */
  readonly maxBatch: number
  /** Bytes read of one file before others have their turn. */
  readonly turn: number
  deliver(batch: Batch): Promise<boolean>
}

/**
 * `end`: read as far as there are whole lines. `more`: the turn is over. `changed`: what was read is no longer there.
 * `stopped`: a batch was not taken.
 */
export type GrowingEnd = 'end' | 'more' | 'changed' | 'stopped'

export const LEAST_BUFFER = TAIL_BYTES + HEAD

const NEWLINE = 10

/**
 * Hands on the lines that an open file has gained. With `whole` also a last one without an end; otherwise that
 * waits for the rest of it.
 */
export async function readGrowing(
  track: Track,
  leg: Leg,
  handle: FileHandle,
  whole: boolean,
  options: GrowingOptions,
): Promise<GrowingEnd> {
  const { buffer } = options
  const { part } = leg
  const keep = options.maxLineBytes + 4
  // Each time: where nothing was read yet, the beginning alone tells that the file was truncated and filled again.
  const learnt = await learnHead(handle, part)
  if (learnt === 'other') return 'changed'
  if (learnt === 'more') changed(track)
  if (part.at === 0) {
    const head = await readAt(handle, 0, HEAD)
    if (isMarked(head, head.length)) part.at = HEAD
  }
  const from = part.at
  while (part.at - from < options.turn) {
    // The bytes before the position are read once more with each chunk: between two chunks a slow pipeline may have
    // let pass any time, in which the file was truncated and filled again.
    const lead = part.tail.bytes
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, part.at - lead)
    if (bytesRead < lead || !isTail(part.tail, buffer.subarray(0, lead))) return 'changed'
    const got = buffer.subarray(lead, bytesRead)
    const newline = got.lastIndexOf(NEWLINE)
    const full = bytesRead === buffer.length
    let block: Block | undefined
    if (newline !== -1) {
      block = { bytes: got.subarray(0, newline + 1), end: part.at + newline + 1, cut: false }
    } else if (full) {
      block = await longLine(leg, handle, whole, keep, buffer)
    } else if (whole && got.length > 0) {
      block = { bytes: got, end: part.at + got.length, cut: false }
    }
    if (block === undefined) {
      leg.torn = got.length > 0
      return 'end'
    }
    if (!(await hand(track, leg, block, options))) return 'stopped'
    if (!full && !whole) {
      leg.torn = newline + 1 < got.length
      return 'end'
    }
  }
  return 'more'
}

/** A line that does not fit into the buffer: its beginning, once its end is there. */
async function longLine(
  leg: Leg,
  handle: FileHandle,
  whole: boolean,
  keep: number,
  buffer: Buffer,
): Promise<Block | undefined> {
  const { at } = leg.part
  let scanned = Math.max(leg.scanned, at)
  let end: number | undefined
  while (end === undefined) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, scanned)
    const newline = buffer.subarray(0, bytesRead).indexOf(NEWLINE)
    if (newline !== -1) end = scanned + newline + 1
    else if (bytesRead === 0 && whole) end = scanned
    else if (bytesRead === 0) {
      leg.scanned = scanned
      return undefined
    } else scanned += bytesRead
  }
  leg.scanned = 0
  const bytes = await readAt(handle, at, Math.min(keep, end - at))
  return { bytes, end, cut: bytes.length < end - at }
}

async function hand(track: Track, leg: Leg, block: Block, options: GrowingOptions): Promise<boolean> {
  const records = lineRecords({ ...options, resource: track.resource })
  records.load(block)
  const { part } = leg
  for (let taken = records.take(options.maxBatch); taken.length > 0; taken = records.take(options.maxBatch)) {
    part.at = records.position
    part.tail = records.tail
    track.unsaved = false
    const batch: Batch = { source: track.source, records: taken, position: positionOf(track, leg) }
    if (!(await options.deliver(batch))) return false
  }
  if (part.at !== block.end) {
    // Blank lines are no records.
    part.at = block.end
    part.tail = block.cut ? NO_MARK : tailMark(block.bytes, block.bytes.length)
    changed(track)
  }
  return true
}
