import type { Logger, Position } from '@lacuna/sdk'
import { shown } from './input.ts'
import { decodePosition } from './position.ts'
import type { Register } from './register.ts'
import { makeLeg, makeTrack, sourceId, type Track } from './track.ts'

const PREFIX = sourceId('')

/**
 * The sources of which the last run left a position, as it left them. One that is not understood is told and
 * left out: then its file is read from the beginning. `now` is monotonic.
 */
export function savedTracks(
  positions: ReadonlyMap<string, Position>,
  finite: boolean,
  known: Register,
  logger: Logger,
  now: number,
): Map<string, Track> {
  const tracks = new Map<string, Track>()
  for (const [id, position] of positions) {
    if (!id.startsWith(PREFIX)) continue
    const path = id.slice(PREFIX.length)
    const parts = decodePosition(position)
    if (parts === undefined) {
      logger.warn(
        { path },
        `the saved position of ${shown(path)} is not one of this version; it is read from its beginning`,
      )
      continue
    }
    const track = makeTrack(path, finite)
    track.legs = parts.map((part) => makeLeg(path, part))
    for (const leg of track.legs) known.add(track, leg)
    // Only the last one may still be at the path.
    for (const leg of track.legs.slice(0, -1)) leg.left = now
    tracks.set(path, track)
  }
  return tracks
}
