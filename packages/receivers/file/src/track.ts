import type { FileHandle } from 'node:fs/promises'
import type { Batch, Resource, Source } from '@lacuna/sdk'
import { NO_MARK } from './fingerprint.ts'
import { encodeFixed, encodePart, encodePosition, MAX_PARTS, type Part } from './position.ts'

/** What tells one file from another, and whether it has changed. */
export interface FileStamp {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
}

/** One file of a source while it is of interest: the one at the path, or a predecessor. */
export interface Leg {
  readonly part: Part
  /** Where it was last seen. */
  path: string
  gzip: boolean
  /** Open while it is read. A predecessor stays open until it is through, so that a deletion does not take it. */
  handle: FileHandle | undefined
  /** As it was when it was last looked at. */
  stamp: FileStamp | undefined
  /** Monotonic milliseconds at which it was seen to be gone from the path, or to grow after that. */
  left: number | undefined
  /** Whether it ends, so far, in a line without an end. */
  torn: boolean
  /** No line end between `part.at` and here: a very long line is not searched twice. */
  scanned: number
}

/** A source: the path that `include` matches, and the files that are or were there, oldest first. */
export interface Track {
  readonly path: string
  source: Source
  readonly resource: Resource
  legs: Leg[]
  /** What was at the path when it was last looked at; `undefined` to look again whatever is there. */
  seen: FileStamp | 'gone' | undefined
  /** Whether its turn was over before all was read. */
  more: boolean
  /** Whether something has changed that no batch has carried yet. */
  unsaved: boolean
  /** The position before and behind what changes with each batch of `leg`. */
  encoded: { leg: Leg; before: string; after: string } | undefined
}

export function makeTrack(path: string, finite: boolean): Track {
  return {
    path,
    source: { id: sourceId(path), finite },
    // One resource for all records of the file: shared, never copied per record.
    resource: { attributes: { 'log.file.path': path }, droppedAttributesCount: 0 },
    legs: [],
    seen: undefined,
    more: false,
    unsaved: false,
    encoded: undefined,
  }
}

/** The id of the source of a path: the same after a restart. */
export function sourceId(path: string): string {
  return `file:${path}`
}

export function makeLeg(path: string, part: Part): Leg {
  return {
    part,
    path,
    gzip: false,
    handle: undefined,
    stamp: undefined,
    left: undefined,
    torn: false,
    scanned: 0,
  }
}

/** A file of which nothing has been read. */
export function newPart({ dev, ino, mtimeNs }: Pick<FileStamp, 'dev' | 'ino' | 'mtimeNs'>): Part {
  return { dev, ino, mtime: mtimeNs, done: false, head: NO_MARK, at: 0, tail: NO_MARK }
}

export function isSameFile(
  part: Pick<FileStamp, 'dev' | 'ino'>,
  file: Pick<FileStamp, 'dev' | 'ino'>,
): boolean {
  return part.ino === file.ino && part.dev === file.dev
}

/** Says that a part has changed in more than how far it has been read. */
export function changed(track: Track): void {
  track.unsaved = true
  track.encoded = undefined
}

/** Where the source is to go on, when `leg` is the one that moved: what has not changed is encoded once. */
export function positionOf(track: Track, leg: Leg): string {
  let encoded = track.encoded
  if (encoded?.leg !== leg) {
    const at = track.legs.indexOf(leg)
    const texts = track.legs.map(({ part }) => encodePart(part))
    const before = encodePosition([...texts.slice(0, at), encodeFixed(leg.part)])
    encoded = {
      leg,
      before,
      after: texts
        .slice(at + 1)
        .map((text) => `,${text}`)
        .join(''),
    }
    track.encoded = encoded
  }
  const { at, tail } = leg.part
  return `${encoded.before}.${at}.${tail.bytes}.${tail.sum}${encoded.after}`
}

/** A batch that carries no record, only where the source has come to. */
export function positionOnly(track: Track): Batch {
  return {
    source: track.source,
    records: [],
    position: encodePosition(track.legs.map(({ part }) => encodePart(part))),
  }
}

/** Files that are through and not known to be still there: a few, for what is copied or compressed late. */
const KEEP_DONE = 8

/** Forgets the oldest files that are through; `present` says which are still there to be met again. */
export function prune(track: Track, present: (leg: Leg) => boolean): Leg[] {
  const forgotten: Leg[] = []
  let done = track.legs.filter(({ part }) => part.done).length
  for (const leg of track.legs) {
    if (!leg.part.done) continue
    const surplus = track.legs.length - forgotten.length > MAX_PARTS
    if (surplus || (done > KEEP_DONE && !present(leg))) {
      forgotten.push(leg)
      done--
    }
  }
  if (forgotten.length > 0) {
    track.legs = track.legs.filter((leg) => !forgotten.includes(leg))
    track.encoded = undefined
  }
  return forgotten
}
