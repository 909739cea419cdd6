import type { Ledger, Logger } from '@lacuna/sdk'
import { learnHead, likeness, likenessOf } from './content.ts'
import { shown } from './input.ts'
import { closeLeg, openLeg } from './open-leg.ts'

import type { Register } from './register.ts'
import { olderByNumber } from './rotated-names.ts'
import { type Sibling, siblingsOf } from './siblings.ts'
import { changed, type FileStamp, isSameFile, type Leg, makeLeg, newPart, type Track } from './track.ts'

/** What {@link lineage} works with. */
export interface LineageOptions {
  readonly register: Register
  readonly logger: Logger
  readonly ledger: Ledger
}

/** Knows, through rotations, which files a source consists of. */
export interface Lineage {
  /**
   * Takes note of what is at the path now (nothing: `undefined`), finds what was there before, and what was there in
   * between without having been seen. `now` is monotonic.
   */
  look(track: Track, stamp: FileStamp | undefined, now: number): Promise<void>
  /** Finds what came to a path and was rotated away without having been seen, while there is nothing at the path. */
  gather(track: Track, now: number): Promise<void>
  /** Whether this file is the part that the register has for it, and not another with the same inode. */
  owner(path: string, stamp: FileStamp): Promise<Track | undefined>
}

/** Files compared by content for one that is missed; each comparison may decompress one. */
const COMPARISONS = 64

export function lineage({ register, logger, ledger }: LineageOptions): Lineage {
  /** Whether the leg's file is at the path and still holds what was read of it. */
  async function holds(leg: Leg, path: string, stamp: FileStamp): Promise<boolean> {
    if (!isSameFile(leg.part, stamp)) return false
    if (leg.handle !== undefined && !leg.gzip) return (await likeness(leg.handle, leg.part)) === 'same'
    const found = await likenessOf(path, leg.part)
    leg.gzip = found.gzip
    return found.likeness === 'same'
  }

  async function owner(path: string, stamp: FileStamp): Promise<Track | undefined> {
    const known = register.find(stamp)
    if (known === undefined) return undefined
    // What is open keeps its inode, so that no other file can have it.
    if (known.leg.handle !== undefined) return known.track
    // An empty file is like any other; that it has not changed since is then all there is to go by.
    if (known.leg.part.head.bytes === 0 && known.leg.part.mtime !== stamp.mtimeNs) return undefined
    return (await holds(known.leg, path, stamp)) ? known.track : undefined
  }

  /** Looks for files that were at a path once and are not open. */
  async function locate(track: Track, lost: readonly Leg[], siblings: readonly Sibling[]): Promise<void> {
    let comparisons = COMPARISONS
    for (const leg of lost) {
      let hit: Sibling | undefined
      for (const sibling of siblings)
        if (isSameFile(leg.part, sibling) && (await holds(leg, sibling.path, sibling))) hit = sibling
      // Of files that begin alike it is the oldest that has been changed since, if compressing kept the time.
      const { mtime } = leg.part
      const likely = siblings.filter((each) => each.mtimeNs >= mtime).reverse()
      for (const sibling of [...likely, ...siblings.filter((each) => each.mtimeNs < mtime)]) {
        if (hit !== undefined || leg.part.head.bytes === 0 || comparisons === 0) break
        const known = register.find(sibling)
        if (!sibling.rotated || (known !== undefined && known.leg !== leg && !known.leg.part.done)) continue
        comparisons--
        if ((await likenessOf(sibling.path, leg.part)).likeness === 'same') hit = sibling
      }
      if (hit !== undefined) {
        register.move(track, leg, hit)
        leg.path = hit.path
        leg.stamp = hit
        if (await openLeg(track, leg).catch(() => false)) continue
      }
      leg.part.done = true
      changed(track)
      ledger.noted('file_lost', 1)
      logger.warn(
        { path: track.path, position: leg.part.at },
        `a file that was at ${shown(track.path)} is gone; what it held after byte ${leg.part.at} cannot be read`,
      )
    }
  }

  /** Files that came and went between two looks, oldest first: rotated names, unknown, newer than what is known. */
  async function unseen(track: Track, since: bigint, siblings: readonly Sibling[]): Promise<Sibling[]> {
    const names = new Set(siblings.map(({ path }) => path))
    const found: Sibling[] = []
    for (const sibling of siblings) {
      if (!sibling.rotated || sibling.mtimeNs <= since) continue
      // It is being compressed, and the plain file is still there.
      if (sibling.path.endsWith('.gz') && names.has(sibling.path.slice(0, -3))) continue
      if (found.length === COMPARISONS || (await owner(sibling.path, sibling)) !== undefined) continue
      if (!(await isCopy(track, sibling))) found.push(sibling)
    }
    return found.reverse()
  }

  /** Whether it holds what a file of the track held; then it stands for that from now on. */
  async function isCopy(track: Track, file: FileStamp & { readonly path: string }): Promise<boolean> {
    for (const leg of track.legs.toReversed()) {
      if (leg.part.head.bytes === 0) continue
      const { likeness: alike } = await likenessOf(file.path, leg.part)
      if (alike === 'beginning') return true
      if (alike !== 'same') continue
      if (leg.part.done) {
        register.move(track, leg, file)
        changed(track)
      }
      return true
    }
    return false
  }

  async function begin(track: Track, path: string, stamp: FileStamp, at: number): Promise<Leg> {
    const leg = makeLeg(path, newPart(stamp))
    leg.stamp = stamp
    track.legs.splice(at, 0, leg)
    register.add(track, leg)
    changed(track)
    // What cannot be opened now is tried again when it is read.
    await openLeg(track, leg).catch(() => false)
    return leg
  }

  async function insertUnseen(
    track: Track,
    since: bigint,
    siblings: Sibling[],
    before: Leg | undefined,
    now: number,
  ) {
    for (const sibling of await unseen(track, since, siblings)) {
      let at = before === undefined ? track.legs.length : track.legs.indexOf(before)
      // A file of which nothing was read yet may have been filled, copied, truncated and filled again.
      while (await isUnreadAndNewer(track.legs[at - 1], sibling, siblings)) at--
      const leg = await begin(track, sibling.path, sibling, at)
      leg.left = now
    }
  }

  /** Whether `sibling` was written before an unread leg: by their numbers, or else by when they were changed. */
  async function isUnreadAndNewer(leg: Leg | undefined, sibling: Sibling, siblings: readonly Sibling[]) {
    if (leg === undefined || leg.part.done || leg.part.at > 0) return false
    const path = siblings.find((each) => isSameFile(leg.part, each))?.path
    const order = path === undefined ? undefined : olderByNumber(sibling.path, path)
    if (order !== undefined) return order
    const stamp = leg.handle === undefined ? leg.stamp : await leg.handle.stat({ bigint: true })
    return stamp !== undefined && stamp.mtimeNs > sibling.mtimeNs
  }

  /**
   * Before other files are compared to the open ones: learns how those begin, and closes what was truncated, which is
   * to be found elsewhere.
   */
  async function examine(track: Track): Promise<void> {
    for (const leg of track.legs) {
      if (leg.part.done || leg.gzip || leg.handle === undefined) continue
      if ((await learnHead(leg.handle, leg.part)) === 'more') changed(track)
      else if (leg.left !== undefined && (await likeness(leg.handle, leg.part)) !== 'same')
        await closeLeg(leg)
    }
  }

  function meet(leg: Leg, path: string, stamp: FileStamp): void {
    leg.path = path
    leg.stamp = stamp
    leg.left = undefined
    leg.part.mtime = stamp.mtimeNs
  }

  /** What the path's file is to the track: the last of its legs, one before, another track's, or a new one. */
  async function place(track: Track, stamp: FileStamp): Promise<'same' | 'again' | 'other' | 'new'> {
    const last = track.legs.at(-1)
    if (last !== undefined && (await holds(last, track.path, stamp))) return 'same'
    if (last !== undefined && isSameFile(last.part, stamp)) return 'new'
    const known = await owner(track.path, stamp)
    return known === undefined ? 'new' : known === track ? 'again' : 'other'
  }

  return {
    owner,
    async gather(track, now) {
      const since = track.legs.at(-1)?.part.mtime
      if (since === undefined) return
      await examine(track)
      await insertUnseen(track, since, await siblingsOf(track.path, false), undefined, now)
    },
    async look(track, stamp, now) {
      const last = track.legs.at(-1)
      const what = stamp === undefined ? 'none' : await place(track, stamp)
      const since = last?.part.mtime
      const replaced =
        what === 'new' && last !== undefined && stamp !== undefined && isSameFile(last.part, stamp)
      const vanished = what === 'none' && last !== undefined && !last.part.done && last.left === undefined
      if (last !== undefined && what !== 'same' && !last.part.done) last.left ??= now
      if (replaced && last !== undefined) {
        await closeLeg(last)
        ledger.noted('file_truncated', 1)
        logger.debug({ path: track.path, position: last.part.at }, `${shown(track.path)} was truncated`)
      }
      if (what === 'same' && last !== undefined && stamp !== undefined) {
        // A gzip file that was read to its end is finite; another one that is through may have come back.
        if (last.part.done && !(last.gzip && last.part.mtime === stamp.mtimeNs)) {
          last.part.done = false
          changed(track)
        }
        meet(last, track.path, stamp)
      }

      // An empty file that has changed may have been filled, copied and truncated in between.
      const filled = what === 'same' && last?.part.head.bytes === 0 && stamp?.mtimeNs !== since
      if (what !== 'same' || filled) await examine(track)
      const lost = track.legs.filter(
        (leg) => !leg.part.done && leg.handle === undefined && leg.left !== undefined,
      )
      const turned = vanished || (what === 'new' && last !== undefined)
      if (lost.length > 0 || filled || turned) {
        const siblings = await siblingsOf(track.path, lost.length > 0)
        await locate(track, lost, siblings)
        if (since !== undefined && (filled || turned)) {
          await insertUnseen(track, since, siblings, filled ? last : undefined, now)
        }
      }
      if (stamp === undefined) return
      if (what === 'new') await begin(track, track.path, stamp, track.legs.length)
      const known = what === 'again' ? register.find(stamp)?.leg : undefined
      if (known !== undefined) {
        track.legs = [...track.legs.filter((leg) => leg !== known), known]
        known.part.done = false
        meet(known, track.path, stamp)
        changed(track)
      }
    },
  }
}
