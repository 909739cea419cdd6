import type { Batch, ReceiverHost, Source } from '@lacuna/sdk'
import { arrivals } from './arrivals.ts'
import { type FileConfig, startAt } from './config.ts'
import { findInputs, isIncluded } from './find-inputs.ts'
import type { Input } from './input.ts'
import { lineage } from './lineage.ts'
import { closeLeg } from './open-leg.ts'
import type { GrowingOptions } from './read-growing.ts'
import type { ReadingOptions } from './reading.ts'
import { keyOf, register } from './register.ts'
import { basesOf } from './rotated-names.ts'
import { savedTracks } from './saved.ts'
import { scanHints } from './scan-hints.ts'
import { prune, type Track } from './track.ts'
import { visits } from './visit.ts'

/** What {@link follow} works with. */
export interface FollowOptions {
  readonly config: FileConfig
  readonly host: ReceiverHost
  readonly cwd: string
  readonly growing: GrowingOptions
  readonly reading: ReadingOptions
  /** Files held open while nothing happens to them. */
  readonly maxOpen: number
  stopped(): boolean
}

/** Follows the files that match. */
export interface Following {
  /** Finds and announces the files that are there, and says where each begins. */
  begin(): Promise<readonly Input[]>
  /** Looks at what is due, once. Resolves to whether there is more to read at once. */
  poll(): Promise<boolean>
  close(): Promise<void>
}

/** Milliseconds between two looks for new files, at least; where that takes long, twenty times as long as it takes. */
const SCAN = 1000
const SCAN_SHARE = 20
/**
 * Milliseconds within which every file is looked at: a second, and from 500 files on two for each; one that changed
 * lately at each poll, and from 250 such files on within one for each. So looking costs some 2 % of a core at most.
 */
const ROUND = 1000
const ROUND_PER_FILE = 2
const BUSY_PER_FILE = 1
const LATELY = 30_000
/** System calls under way at a time. */
const ABREAST = 16
/** Milliseconds after which a path that has nothing any more is forgotten. */
const FORGET = 3_600_000
const MAX_TRACKS = 10_000

export function follow(options: FollowOptions): Following {
  const { config, host, cwd, stopped } = options
  const { clock, logger, ledger } = host
  const known = register()
  const tracks = new Map<string, Track>()
  const line = lineage({ register: known, logger, ledger })
  const announced = new Set<string>()
  const deliver = (batch: Batch) => {
    // A gzip file that was closed at its end has grown.
    open(batch.source)
    return options.growing.deliver(batch)
  }
  const growing = { ...options.growing, deliver }
  const visiting = visits({ ...options, growing, lineage: line, logger, ledger, deliver })
  const arriving = arrivals({
    register: known,
    lineage: line,
    tracks,
    maxLineBytes: config.max_line_bytes,
    visit: (track) => visit(track).then(() => {}),
  })
  /** When each was last seen to change, and when it was last looked at. */
  const active = new Map<Track, number>()
  const looked = new Map<Track, number>()
  /** Files that the last scan found, by device and inode. */
  let present = new Set<string>()
  let scanDue = 0
  let full = false
  /** Tracks that changed lately, when that was last counted. */
  let busy = 0
  const hints = scanHints(config.include, cwd)

  async function visit(track: Track, quietToo = true): Promise<boolean> {
    const now = clock.monotonic()
    const stamp = await visiting.stampOf(track)
    looked.set(track, now)
    if (!quietToo && visiting.isQuiet(track, stamp)) return false
    const more = await visiting.visit(track, stamp, now)
    if (stamp !== 'gone') active.set(track, now)
    for (const leg of prune(track, ({ part }) => present.has(keyOf(part)))) known.remove(leg)
    if (track.source.finite && track.legs.every(({ part }) => part.done))
      host.sourceClosed(track.source, 'ended')
    return more
  }

  function add(track: Track): void {
    tracks.set(track.path, track)
    active.set(track, clock.monotonic())
    open(track.source)
  }

  function open(source: Source): void {
    if (announced.has(source.id)) return
    announced.add(source.id)
    host.sourceOpened(source)
  }

  function close(source: Source): void {
    if (announced.delete(source.id)) host.sourceClosed(source, 'ended')
  }

  async function scan(
    when: 'start' | 'follow',
    first: 'beginning' | 'end' | undefined,
  ): Promise<readonly Input[]> {
    const started = clock.monotonic()
    const { inputs } = await findInputs(config.include, config.exclude, cwd)
    const files = inputs.flatMap(({ path, stamp }) => (stamp === undefined ? [] : [{ path, stamp }]))
    present = new Set(files.map(({ stamp }) => keyOf(stamp)))
    for (const { path, stamp } of originalsFirst(files)) {
      if (stopped()) break
      if (tracks.has(path)) continue
      if (tracks.size >= MAX_TRACKS) {
        refuse()
        break
      }
      const track = await arriving.consider({ path, stamp, now: clock.monotonic(), when, first })
      if (track !== undefined) add(track)
    }
    arriving.forget(new Set(files.map(({ path }) => path)))
    const now = clock.monotonic()
    scanDue = now + Math.max(SCAN, SCAN_SHARE * (now - started))
    return inputs
  }

  function refuse(): void {
    if (full) return
    full = true
    ledger.noted('too_many_files', 1)
    logger.error(
      { limit: MAX_TRACKS },
      `more than ${MAX_TRACKS} files match; the others are not read: narrow include`,
    )
  }

  /** Tracks that are due: those that changed lately, and of the others as many as a round at this pace takes. */
  function due(now: number): Track[] {
    const list: Track[] = []
    const round = Math.max(ROUND, tracks.size * ROUND_PER_FILE)
    const busyRound = busy * BUSY_PER_FILE
    busy = 0
    for (const track of tracks.values()) {
      const isBusy = now - (active.get(track) ?? now) < LATELY
      if (isBusy) busy++
      const since = now - (looked.get(track) ?? Number.NEGATIVE_INFINITY)
      if (since >= (isBusy ? Math.min(round, busyRound > config.poll_interval ? busyRound : 0) : round))
        list.push(track)
    }
    return list
  }

  /** Looks at many at once, and reads those that have changed one after the other. */
  async function round(list: readonly Track[]): Promise<boolean> {
    let more = false
    for (let at = 0; at < list.length && !stopped(); at += ABREAST) {
      const group = list.slice(at, at + ABREAST)
      const stamps = await Promise.all(group.map((track) => visiting.stampOf(track)))
      for (const [index, track] of group.entries()) {
        if (stopped()) return false
        looked.set(track, clock.monotonic())
        const stamp = stamps[index] ?? 'gone'
        if (!visiting.isQuiet(track, stamp)) more = (await visit(track)) || more
        else if (stamp === 'gone') await forget(track)
      }
    }
    return more
  }

  async function forget(track: Track): Promise<void> {
    if (clock.monotonic() - (active.get(track) ?? 0) < FORGET) return
    await visiting.close(track)
    for (const leg of track.legs) known.remove(leg)
    tracks.delete(track.path)
    active.delete(track)
    looked.delete(track)
    close(track.source)
  }

  /** Closes files in which nothing has happened for longest, when too many are open. */
  async function closeSurplus(): Promise<void> {
    const open = [...tracks.values()].filter(({ legs }) => legs.some(({ handle }) => handle !== undefined))
    if (open.length <= options.maxOpen) return
    open.sort((a, b) => (active.get(a) ?? 0) - (active.get(b) ?? 0))
    for (const track of open.slice(0, open.length - options.maxOpen))
      for (const leg of track.legs) if (leg.left === undefined && !leg.gzip) await closeLeg(leg)
  }

  return {
    async begin() {
      const first = host.positions.size === 0 ? startAt(config) : undefined
      for (const [path, track] of savedTracks(host.positions, false, known, logger, clock.monotonic())) {
        // What is no longer included is only known again.
        if (!isIncluded(path, config.include, config.exclude, cwd)) continue
        const stamp = await visiting.stampOf(track)
        if (stamp !== 'unreadable') {
          await line.look(track, stamp === 'gone' ? undefined : stamp, clock.monotonic())
          await visiting.open(track).catch(() => {})
        }
        // Any other is looked at again, and read, by the first poll.
        if (stamp === 'gone') track.seen = stamp
        if (track.legs.at(-1)?.gzip === true) track.source = { ...track.source, finite: true }
        add(track)
        if (tracks.size > options.maxOpen) await closeSurplus()
      }
      const resumed = tracks.size
      const inputs = await scan('start', first)
      logger.info({ files: tracks.size, resumed }, opening(tracks.size, resumed, first))
      await closeSurplus()
      return inputs
    },
    async poll() {
      const now = clock.monotonic()
      if (now >= scanDue && (await hints.suggest(now, arriving.waiting))) await scan('follow', undefined)
      else if (now >= scanDue) scanDue = now + SCAN
      const more = await round(due(clock.monotonic()))
      await closeSurplus()
      return more
    },
    async close() {
      for (const track of tracks.values()) await visiting.close(track)
    },
  }
}

/** What an operator must know at start, in one line. */
function opening(files: number, resumed: number, first: 'beginning' | 'end' | undefined): string {
  if (files === 0) return 'no file matches yet; waiting for one'
  const count = files === 1 ? '1 file' : `${files} files`
  const its = files === 1 ? 'its' : 'their'
  if (first === 'end')
    return `following ${count} from ${its} end; \`start_at: beginning\` reads what is there`
  if (first === 'beginning') return `following ${count} from ${its} beginning`
  if (resumed === files) return `following ${count} from where the last run ended`
  return `following ${count}, ${resumed} of them from where the last run ended`
}

/** Files with names as rotations give them come after those whose predecessors they may be. */
function originalsFirst<T extends { readonly path: string }>(files: readonly T[]): T[] {
  const paths = new Set(files.map(({ path }) => path))
  const isRotated = ({ path }: T) => basesOf(path).some((base) => paths.has(base))
  return [...files.filter((file) => !isRotated(file)), ...files.filter(isRotated)]
}
