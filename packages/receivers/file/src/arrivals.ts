import type { FileHandle } from 'node:fs/promises'
import { likenessOf, readAt, tailAt } from './content.ts'
import { HEAD_BYTES, headMark } from './fingerprint.ts'
import type { Lineage } from './lineage.ts'
import { closeLeg, openLeg } from './open-leg.ts'
import type { Part } from './position.ts'
import type { Register } from './register.ts'
import { basesOf } from './rotated-names.ts'
import { changed, type FileStamp, isSameFile, makeLeg, makeTrack, newPart, type Track } from './track.ts'

/** What {@link arrivals} works with. */
export interface ArrivalOptions {
  readonly register: Register
  readonly lineage: Lineage
  readonly tracks: ReadonlyMap<string, Track>
  readonly maxLineBytes: number
  /** Looks at a followed file now. */
  visit(track: Track): Promise<void>
}

/** How a file came to be considered. */
interface Arrival {
  readonly path: string
  readonly stamp: FileStamp
  /** Monotonic milliseconds. */
  readonly now: number
  /** `follow`: it was not there a moment ago. `start`: the receiver starts. */
  readonly when: 'start' | 'follow'
  /** Whether nothing is known of any file, and what is there is to be passed over (`end`) or read. */
  readonly first: 'beginning' | 'end' | undefined
}

/** Decides what a path that was not there before is. */
export interface Arrivals {
  /**
   * Resolves to the track of a source of its own, or to `undefined` for a file that belongs to another one (renamed,
   * copied, compressed), or of which that cannot be said yet.
   */
  consider(arrival: Arrival): Promise<Track | undefined>
  /** Whether there are files of which it cannot be said yet. */
  readonly waiting: boolean
  /** Forgets what it knew of paths that are no longer there. */
  forget(present: ReadonlySet<string>): void
}

/** Milliseconds for which a file with a rotated name must not change before it is taken for one of its own. */
const SETTLE = 1000
/** Bytes searched at a time for the beginning of the last line. */
const PIECE = 64 * 2 ** 10
const NEWLINE = 10

export function arrivals({ register, lineage, tracks, maxLineBytes, visit }: ArrivalOptions): Arrivals {
  /** Files that are known for copies, as they were then. */
  const copies = new Map<string, FileStamp>()
  /** Files that may be being written by a rotation, and since when they have not changed. */
  const settling = new Map<string, { stamp: FileStamp; since: number }>()

  function settled({ path, stamp, now }: Arrival): boolean {
    const before = settling.get(path)
    if (before !== undefined && isUnchanged(before.stamp, stamp)) return now - before.since >= SETTLE
    settling.set(path, { stamp, since: now })
    return false
  }

  async function isCopy({ path, stamp }: Arrival, base: Track): Promise<boolean> {
    for (const leg of base.legs.toReversed()) {
      if (leg.part.head.bytes === 0) continue
      const { likeness } = await likenessOf(path, leg.part)
      if (likeness !== 'same' && likeness !== 'beginning') continue
      if (likeness === 'same' && leg.part.done) {
        register.move(base, leg, stamp)
        changed(base)
      }
      return true
    }
    return false
  }

  return {
    async consider(arrival) {
      const { path, stamp, now, when, first } = arrival
      const copy = copies.get(path)
      if (copy !== undefined && isUnchanged(copy, stamp)) return undefined
      copies.delete(path)
      if ((await lineage.owner(path, stamp)) !== undefined) return undefined
      if (first === undefined) {
        const bases = basesOf(path).flatMap((base) => tracks.get(base) ?? [])
        for (const base of bases) {
          if (when === 'follow') await visit(base)
          if (base.seen === 'gone') await lineage.gather(base, now)
          if ((await lineage.owner(path, stamp)) !== undefined) return undefined
          if (!(await isCopy(arrival, base))) continue
          copies.set(path, stamp)
          return undefined
        }
        // An empty one will tell once it has something in it, or was something's predecessor without a line.
        if (bases.length > 0 && stamp.size === 0n) return undefined
        if (when === 'follow' && bases.length > 0 && !settled(arrival)) return undefined
      }
      settling.delete(path)
      return arrive(path, stamp, first === 'end', register, maxLineBytes)
    },
    get waiting() {
      return settling.size > 0
    },
    forget(present) {
      for (const known of [copies, settling])
        for (const path of known.keys()) if (!present.has(path)) known.delete(path)
    },
  }
}

async function arrive(path: string, stamp: FileStamp, atEnd: boolean, known: Register, maxLineBytes: number) {
  const leg = makeLeg(path, newPart(stamp))
  const track = makeTrack(path, false)
  if (!(await openLeg(track, leg).catch(() => false)) || leg.handle === undefined) return undefined
  if (leg.gzip) track.source = { ...track.source, finite: true }
  if (atEnd && leg.gzip) {
    leg.part.done = true
    await closeLeg(leg)
  } else if (atEnd) {
    try {
      await passOver(leg.handle, leg.part, Number(stamp.size), maxLineBytes)
    } catch {
      await closeLeg(leg)
      return undefined
    }
  }
  track.legs = [leg]
  known.add(track, leg)
  changed(track)
  return track
}

/** Goes to the beginning of the last line that has no end yet, or else to the end. */
async function passOver(handle: FileHandle, part: Part, size: number, maxLineBytes: number): Promise<void> {
  part.head = headMark(await readAt(handle, 0, Math.min(size, HEAD_BYTES)))
  part.at = size
  for (let end = size; end > 0 && size - end <= maxLineBytes; ) {
    const from = Math.max(0, end - PIECE)
    const newline = (await readAt(handle, from, end - from)).lastIndexOf(NEWLINE)
    if (newline !== -1) {
      part.at = from + newline + 1
      break
    }
    end = from
    if (end === 0) part.at = 0
  }
  part.tail = await tailAt(handle, part.at)
}

function isUnchanged(before: FileStamp, now: FileStamp): boolean {
  return isSameFile(before, now) && before.size === now.size && before.mtimeNs === now.mtimeNs
}
