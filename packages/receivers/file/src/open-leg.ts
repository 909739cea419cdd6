import { open } from 'node:fs/promises'
import { learnHead, readAt } from './content.ts'
import { isGzip } from './gzip-reader.ts'
import { changed, isSameFile, type Leg, type Track } from './track.ts'

/**
 * Opens the file of a leg where it was last seen, unless it is open, and learns how it begins: before anything waits,
 * so that what is truncated meanwhile is missed. Resolves to false when there is another
 * file of that name by now; rejects when it cannot be opened.
 */
export async function openLeg(track: Track, leg: Leg): Promise<boolean> {
  if (leg.handle !== undefined) return true
  const handle = await open(leg.path, 'r')
  try {
    if (isSameFile(leg.part, await handle.stat({ bigint: true }))) {
      const first = await readAt(handle, 0, 3)
      leg.gzip = first.length === 3 && isGzip(first)
      const learnt = leg.gzip ? 'same' : await learnHead(handle, leg.part)
      if (learnt === 'more') changed(track)
      if (learnt !== 'other') {
        leg.handle = handle
        return true
      }
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return false
}

/** Closes what a leg has open. */
export async function closeLeg(leg: Leg): Promise<void> {
  const { handle } = leg
  leg.handle = undefined
  await handle?.close().catch(() => {})
}
