import type { ReceiverHost } from '@lacuna/sdk'
import type { FileConfig } from './config.ts'
import { likenessOf } from './content.ts'
import { byCodePoint, isIncluded } from './find-inputs.ts'
import type { Input } from './input.ts'
import { lineage } from './lineage.ts'
import { closeLeg } from './open-leg.ts'
import { type Reading, type ReadingOptions, readingInTurn, readingOnce } from './reading.ts'
import { register } from './register.ts'
import { basesOf } from './rotated-names.ts'
import { savedTracks } from './saved.ts'
import { changed, makeLeg, makeTrack, newPart, type Track } from './track.ts'

/**
 * The readings of a run that reads once: each file from where the last run ended, if there was one, what was
 * rotated away before its successor.
 */
export async function finiteReadings(
  inputs: readonly Input[],
  config: FileConfig,
  host: ReceiverHost,
  cwd: string,
  options: ReadingOptions,
): Promise<Reading[]> {
  const known = register()
  const saved = savedTracks(host.positions, true, known, host.logger, 0)
  const line = lineage({ register: known, logger: host.logger, ledger: host.ledger })
  const files = new Map(inputs.map((input) => [input.path, input]))
  for (const [path, track] of saved) {
    if (!isIncluded(path, config.include, config.exclude, cwd)) saved.delete(path)
    else await line.look(track, files.get(path)?.stamp, 0)
  }
  const readings: Reading[] = []
  for (const path of [...new Set([...saved.keys(), ...files.keys()])].sort(byCodePoint)) {
    const input = files.get(path)
    const track = saved.get(path) ?? (input && (await newTrack(input, saved, line.owner)))
    if (track !== undefined) {
      // They are opened again when their turn comes.
      for (const leg of track.legs) await closeLeg(leg)
      const legs = track.legs.filter(({ part }) => !part.done)
      if (saved.has(path) || legs.length > 0) readings.push(readingInTurn(track, legs, options))
    } else if (input !== undefined && input.stamp === undefined) readings.push(readingOnce(input, options))
  }
  return readings
}

/** The track of a file of which nothing is saved; `undefined` when it is another's, or cannot be read again. */
async function newTrack(
  { path, stamp }: Input,
  saved: ReadonlyMap<string, Track>,
  owner: (path: string, stamp: NonNullable<Input['stamp']>) => Promise<Track | undefined>,
): Promise<Track | undefined> {
  if (stamp === undefined) return undefined
  if (saved.size > 0) {
    if ((await owner(path, stamp)) !== undefined) return undefined
    for (const base of basesOf(path))
      for (const { part } of saved.get(base)?.legs ?? []) {
        if (part.head.bytes === 0) continue
        const { likeness } = await likenessOf(path, part)
        if (likeness === 'same' || likeness === 'beginning') return undefined
      }
  }
  const track = makeTrack(path, true)
  const leg = makeLeg(path, newPart(stamp))
  leg.stamp = stamp
  track.legs = [leg]
  changed(track)
  return track
}
