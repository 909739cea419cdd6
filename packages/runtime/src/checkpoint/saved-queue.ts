import type { LogRecord, Storage } from '@lacuna/sdk'
import type { Delivery } from '../pipeline/delivery.ts'
import type { Piece } from '../pipeline/sending-queue.ts'
import type { ChangeSet } from './change-set.ts'
import { packRecords, unpackRecords } from './pack-records.ts'
import type { CutPart, Participant } from './part.ts'
import { fromJson, keyOf, numberOf, QUEUES, spaceOf } from './spaces.ts'

/** Records that are kept under one key at most. Small, because the whole of it stays until the last is delivered. */
const SEGMENT = 64

/** Numbers from the first up to, not including, the second. */
type Range = readonly [from: number, to: number]

/** What {@link SavedQueue.restore} found. */
interface QueueRestored {
  readonly records: number
}

/** An exporter's queue in the storage. */
export interface SavedQueue extends Participant {
  /** Hands the exporter's queue what an earlier run has left. */
  restore(storage: Storage, changes: ChangeSet): QueueRestored
}

/**
 * Saves each record that an exporter was given and that waits, or is under way, at a cut: once, in segments that are
 * written and deleted as they are. Which of their numbers are outstanding still is written beside them.
 */
export function savedQueue(delivery: Delivery): SavedQueue {
  const { id } = delivery
  const space = spaceOf('queue', id)
  /** What lies in the storage, in the order of numbers. */
  let segments: Range[] = []
  /** Everything below it that was outstanding at a cut is in a segment. */
  let saved = 0
  let marks = ''

  function* write(pieces: readonly Piece[], changes: ChangeSet) {
    const fresh = pieces.filter((piece) => numberAfter(piece) > saved)
    for (const group of inSegments(fresh, saved)) {
      const [from, to] = rangeOf(group)
      // What was delivered since the cut need not be written at all.
      if (to === undefined || delivery.isSettled(to - 1)) continue
      changes.put(space, keyOf(from), packRecords(group.flatMap(recordsOf)))
      segments.push([from, to])
      yield
    }
  }

  return {
    cut(changes): CutPart | undefined {
      const { pieces, next } = delivery.outstanding()
      const ranges = mergeRanges(pieces)
      const text = JSON.stringify({ next, ranges })
      if (text === marks) return undefined
      marks = text
      changes.put(QUEUES, id, Buffer.from(text))
      const kept: Range[] = []
      for (const segment of segments) {
        if (touches(ranges, segment)) kept.push(segment)
        else changes.removeOnce(space, keyOf(segment[0]))
      }
      segments = kept
      const rest = write(pieces, changes)
      return {
        rest: (function* () {
          yield* rest
          saved = next
        })(),
      }
    },

    restore(storage, changes) {
      const { next, ranges } = marksOf(storage, id)
      let records = 0
      for (const [key, value] of storage.entries(space)) {
        const from = numberOf(key)
        let list: readonly (LogRecord | undefined)[] = []
        try {
          list = unpackRecords(Buffer.from(value))
        } catch {
          delivery.refuse(countBetween(ranges, from), 'undecodable')
          changes.put(spaceOf('undecodable', id), `queue ${key}`, Buffer.from(value))
        }
        const to = (from ?? 0) + list.length
        if (from === undefined || !touches(ranges, [from, to])) {
          changes.remove(space, key)
          continue
        }
        segments.push([from, to])
        for (const [start, end] of ranges) {
          const part = list.slice(Math.max(0, start - from), Math.max(0, end - from))
          const first = Math.max(start, from)
          records += part.length
          takeBack(part, first)
        }
      }
      delivery.countFrom(next)
      saved = Math.max(next, segments.at(-1)?.[1] ?? 0)
      delivery.countFrom(saved)
      return { records }
    },
  }

  /** A record that could not be encoded has left a gap. */
  function takeBack(list: readonly (LogRecord | undefined)[], first: number): void {
    let start = 0
    for (let index = 0; index <= list.length; index++) {
      if (index < list.length && list[index] !== undefined) continue
      const run = list.slice(start, index).filter((record) => record !== undefined)
      if (run.length > 0) delivery.takeBack(run, first + start)
      if (index < list.length) delivery.refuse(1, 'undecodable')
      start = index + 1
    }
  }
}

const numberAfter = ({ first, start, end }: Piece): number => first + end - start

const recordsOf = ({ records, start, end }: Piece): readonly LogRecord[] => records.slice(start, end)

function rangeOf(group: readonly Piece[]): readonly [from: number, to: number | undefined] {
  const last = group.at(-1)
  return [group[0]?.first ?? 0, last && numberAfter(last)]
}

/** Pieces from the number `from` on, in groups without a gap of as many records as a segment takes. */
function* inSegments(pieces: readonly Piece[], from: number): Generator<Piece[]> {
  let group: Piece[] = []
  let count = 0
  let next = -1
  for (const piece of pieces) {
    let start = piece.start + Math.max(0, from - piece.first)
    while (start < piece.end) {
      const first = piece.first + start - piece.start
      if (count === SEGMENT || (count > 0 && first !== next)) {
        yield group
        group = []
        count = 0
      }
      const end = Math.min(piece.end, start + SEGMENT - count)
      group.push({ records: piece.records, start, end, first })
      count += end - start
      next = first + end - start
      start = end
    }
  }
  if (count > 0) yield group
}

function mergeRanges(pieces: readonly Piece[]): Range[] {
  const ranges: [number, number][] = []
  for (const piece of pieces) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === piece.first) last[1] = numberAfter(piece)
    else ranges.push([piece.first, numberAfter(piece)])
  }
  return ranges
}

const touches = (ranges: readonly Range[], [from, to]: Range): boolean =>
  ranges.some((range) => range[0] < to && from < range[1])

/** How many outstanding records a segment can have held that begins at `from`. */
function countBetween(ranges: readonly Range[], from: number | undefined): number {
  if (from === undefined) return 0
  let count = 0
  for (const [start, end] of ranges)
    count += Math.max(0, Math.min(end, from + SEGMENT) - Math.max(start, from))
  return count
}

function marksOf(storage: Storage, exporter: string): { next: number; ranges: readonly Range[] } {
  for (const [key, value] of storage.entries(QUEUES)) {
    if (key !== exporter) continue
    const marks = fromJson(value)
    if (typeof marks !== 'object' || marks === null || !('next' in marks) || !('ranges' in marks)) break
    const { next, ranges } = marks
    if (typeof next !== 'number' || !Array.isArray(ranges)) break
    return { next, ranges: ranges.filter(isRange) }
  }
  return { next: 0, ranges: [] }
}

function isRange(value: unknown): value is Range {
  return Array.isArray(value) && value.length === 2 && value.every((number) => Number.isSafeInteger(number))
}
