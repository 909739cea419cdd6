import { createHash } from 'node:crypto'
import type { Time } from './time.ts'
import { nanos } from './time.ts'

/** What is told of a source that fell silent, and again once it is back. */
export interface NoData {
  readonly status: 'open' | 'resolved'
  readonly source: string
  /** The greatest event time of the source before the silence; `undefined` where none of its records had one. */
  readonly lastSeen: Time | undefined
  /** Milliseconds in which records could have come and none did. */
  readonly silent: number
  /** The same for both of one silence. */
  readonly episodeId: string
  readonly alertId: string
}

/** Where a source stands: what a snapshot keeps of it. */
export type NoDataState = readonly [id: string, silent: number, lastSeen: Time | null, isTold: boolean]

/** What makes a {@link NoDataWatch}. */
export interface NoDataOptions {
  /** Part of every id. */
  readonly ruleId: string
  /** Milliseconds of silence after which it is told. */
  readonly after: number
  /** The greatest event time of a source so far. */
  readonly latest: (source: string) => Time | undefined
}

/**
 * Notices that a source which had records has none any more.
 *
 * Silence is what ticks bring: time in which records could have come. So back-pressure is no silence, nor is a night
 * in which the machine slept. Only sources that are open and do not end by themselves are watched, and only once they
 * had a record: one that never had any may be empty for good reason. At most 10,000 are watched.
 *
 * @example
 * ```ts
 * const watch = createNoDataWatch({ ruleId: 'r', after: 1_800_000, latest: detector.latest })
 * watch.open('partition 3', false)
 * watch.heard('partition 3') // undefined: nothing was told
 * watch.tick(1_800_000) // [{ status: 'open', source: 'partition 3', ... }]
 * ```
 */
export interface NoDataWatch {
  open(source: string, finite: boolean): void
  /** Forgets a source: it has ended, or another instance has it. Nothing is told of it. */
  close(source: string): void
  /** Records of this source came. Gives the end of a silence that was told. Cheap: called for each batch. */
  heard(source: string): NoData | undefined
  /** Lets `elapsed` milliseconds pass in which records could have come. */
  tick(elapsed: number): readonly NoData[]
  /** Sources that are silent now, and were told. */
  readonly silent: number
  save(): NoDataState[]
  load(states: readonly NoDataState[]): void
}

interface Watched {
  silent: number
  /** As long as it is silent. */
  lastSeen: Time | undefined
  isTold: boolean
  /** One of an earlier run may belong to another instance now: it is watched once it is opened here. */
  isOpen: boolean
  hadRecords: boolean
}

const MOST_SOURCES = 10_000

/** Makes a {@link NoDataWatch}. */
export function createNoDataWatch({ ruleId, after, latest }: NoDataOptions): NoDataWatch {
  const sources = new Map<string, Watched>()

  const event = (status: 'open' | 'resolved', source: string, { lastSeen, silent }: Watched): NoData => {
    const since = lastSeen === undefined ? null : String(nanos(lastSeen))
    const episodeId = hash([ruleId, 'no_data', source, since])
    return { status, source, lastSeen, silent, episodeId, alertId: hash([episodeId, status]) }
  }

  /** Takes a source in, in the place of one of an earlier run that never came back where there is no other. */
  const watch = (source: string): Watched | undefined => {
    if (sources.size >= MOST_SOURCES) {
      const stale = [...sources].find(([, each]) => !each.isOpen)
      if (stale === undefined) return undefined
      sources.delete(stale[0])
    }
    const watched = { silent: 0, lastSeen: undefined, isTold: false, isOpen: true, hadRecords: false }
    sources.set(source, watched)
    return watched
  }

  return {
    open(source, finite) {
      if (finite) return
      const known = sources.get(source) ?? watch(source)
      if (known !== undefined) known.isOpen = true
    },

    close(source) {
      sources.delete(source)
    },

    heard(source) {
      const watched = sources.get(source)
      if (watched === undefined) return undefined
      const back = watched.isTold ? event('resolved', source, watched) : undefined
      watched.silent = 0
      watched.isTold = false
      watched.hadRecords = true
      return back
    },

    tick(elapsed) {
      let told: NoData[] | undefined
      for (const [source, watched] of sources) {
        if (!watched.isOpen || !watched.hadRecords) continue
        // What was heard last is known only now: while records come nobody asks.
        if (watched.silent === 0) watched.lastSeen = latest(source) ?? watched.lastSeen
        watched.silent += elapsed
        if (watched.isTold || watched.silent < after) continue
        watched.isTold = true
        told ??= []
        told.push(event('open', source, watched))
      }
      return told ?? NOTHING
    },

    get silent() {
      let count = 0
      for (const { isTold } of sources.values()) if (isTold) count++
      return count
    },

    save() {
      const states: NoDataState[] = []
      for (const [id, { silent, lastSeen, isTold, hadRecords }] of sources) {
        if (!hadRecords) continue
        const at = silent === 0 ? (latest(id) ?? lastSeen) : lastSeen
        states.push([id, silent, at ?? null, isTold])
      }
      return states
    },

    load(states) {
      for (const [id, silent, lastSeen, isTold] of states.slice(0, MOST_SOURCES)) {
        sources.set(id, {
          silent,
          lastSeen: lastSeen ?? undefined,
          isTold,
          isOpen: false,
          hadRecords: true,
        })
      }
    },
  }
}

const NOTHING: readonly NoData[] = []

function hash(list: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 32)
}
