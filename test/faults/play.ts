import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createRandom, type Random } from '../../examples/sample-data/src/random.ts'
import type { Broker } from '../kafka/broker.ts'
import type { Expected } from './expected.ts'
import type { Fault, Strikes } from './fault.ts'
import type { Feed, SourceKind } from './feed.ts'
import { fileFeed } from './file-feed.ts'
import { type Input, makeInput } from './input.ts'
import { kafkaFeed } from './kafka-feed.ts'
import { otlpFeed } from './otlp-feed.ts'
import { calmSettings, chooseSettings, type Settings } from './settings.ts'
import { startSink } from './sink.ts'
import { createStage, RunFailure, type Stage } from './stage.ts'
import { QUIET, undisturbed } from './undisturbed.ts'
import { faultsOf, longestUnsaved } from './verdict.ts'

/** One run: a fault, a source and a seed. */
export interface PlayOptions {
  readonly fault: Fault
  readonly source: SourceKind
  readonly seed: number
  readonly broker: Broker | undefined
  /** Milliseconds after which an acknowledgement counts as saved. */
  readonly margin: number
  /** Leaves the directory of a run that failed where it is. */
  readonly keep: boolean
  /** How much is read, and how many strikes there are; without it as much as the figures ask for. */
  readonly scale?: Scale
  /** Without a storage, to see that the checks find what that costs. */
  readonly storage?: boolean
}

/** How big a run is. */
interface Scale {
  readonly records: number
  readonly resources: number
  readonly strikes: number
}

/** What became of it. */
export interface Played {
  readonly strikes: Strikes
  readonly alerts: number
  /** What is wrong; empty when it passes. */
  readonly failures: readonly string[]
  readonly notes: readonly string[]
  readonly directory: string
  /** The longest time, in milliseconds, between an acknowledgement and a kill that did not know of it. */
  readonly unsaved: number
}

/** More than the 4 MiB that a file may take at a time; some 250 alerts. */
const FULL: Scale = { records: 4000, resources: 30, strikes: 4 }

/** Plays one run: undisturbed, to know what must come, and then with its fault. */
export async function play(options: PlayOptions): Promise<Played> {
  const { fault, source, seed, broker, margin } = options
  const random = createRandom(seed, `fault ${fault.name} ${source}`)
  const { strikes: most, ...size } = options.scale ?? FULL
  const strikeCount = Math.min(most, fault.strikes ?? most)
  const input = makeInput({
    seed,
    ...size,
    sources: source === 'kafka' ? 3 : source === 'file' && fault.finite !== true ? random.between(1, 2) : 1,
  })
  const directory = mkdtempSync(path.join(tmpdir(), 'lacuna-faults-'))
  const follow = fault.finite !== true
  const settings = { ...chooseSettings(random, source), storage: options.storage ?? true, follow }
  const calmly = { ...calmSettings(source), follow }
  const calm = path.join(directory, 'calm')
  const parts = { input, seed, random, broker, strikes: strikeCount }
  let strikes: Strikes = { met: 0, missed: 0 }
  let alerts = 0
  const failures: string[] = []
  const notes: string[] = []
  let unsaved = 0
  try {
    const expected = await withStage({ ...parts, directory: calm, settings: calmly }, (stage) =>
      undisturbed(stage, input),
    )
    alerts = expected.size
    const struck = path.join(directory, 'struck')
    await withStage({ ...parts, directory: struck, settings, expected }, async (stage) => {
      try {
        answerAsUsual(stage)
        strikes = await fault.play(stage)
        await stage.untilComplete()
        // Whatever should not come any more has its chance.
        await wait(QUIET)
        if (stage.life.ended === undefined) await stage.term()
      } catch (error) {
        if (!(error instanceof RunFailure)) throw error
        failures.push(error.message)
      }
      const { sink, lives, outages, forgotten } = stage
      for (const life of lives) await life.end('SIGKILL')
      const { arrivals, refused } = sink
      const evidence = { expected, arrivals, lives, margin, outages, forgotten, refused }
      failures.push(...faultsOf(evidence))
      unsaved = longestUnsaved(evidence)
      if (fault.adds === true && failures.length === 0) failures.push(...addedUp(stage))
      notes.push(...stage.notes)
    })
  } catch (error) {
    failures.push(
      error instanceof RunFailure ? error.message : String(error instanceof Error ? error.stack : error),
    )
  }
  if (failures.length === 0 || !options.keep) rmSync(directory, { recursive: true, force: true })
  return { strikes, alerts, failures, notes, directory, unsaved }
}

interface Parts {
  readonly directory: string
  readonly input: Input
  readonly seed: number
  readonly random: Random
  readonly broker: Broker | undefined
  readonly settings: Settings
  readonly strikes: number
  readonly expected?: Expected
}

async function withStage<T>(parts: Parts, act: (stage: Stage) => Promise<T>): Promise<T> {
  const sink = await startSink()
  let feed: Feed | undefined
  let stage: Stage | undefined
  try {
    feed = await feedOf(parts)
    stage = createStage({ expected: undefined, ...parts, sink, feed })
    return await act(stage)
  } finally {
    for (const life of stage?.lives ?? []) await life.end('SIGKILL')
    for (const end of stage?.endings ?? []) end()
    await feed?.close()
    await sink.close()
  }
}

async function feedOf({ directory, input, seed, broker, settings }: Parts): Promise<Feed> {
  // Of its own: it works beside the fault, and neither may depend on how fast the other is.
  const random = createRandom(seed, 'feed')
  const { durations, follow } = settings
  if (settings.source === 'otlp') return otlpFeed({ input, random, durations })
  if (settings.source === 'file')
    return fileFeed({ directory, input, random, durations, follow, includesRotated: random.chance(0.5) })
  if (broker === undefined) throw new Error('the Kafka source needs a broker')
  return kafkaFeed({ broker, input, random, durations })
}

function answerAsUsual({ sink, settings }: Stage): void {
  sink.answer = () => ({ status: 200, accepts: true, delay: settings.latency })
}

/** What the receiver read in all lives together, where each unit is read once. */
function addedUp({ lives, feed }: Stage): string[] {
  let sum = 0
  for (const life of lives) for (const row of life.ledger()) if (row.kind === 'receiver') sum += row.in
  if (sum === feed.units) return []
  return [`${feed.units} lines were there and ${sum} were read, in ${lives.length} lives that ended in order`]
}
