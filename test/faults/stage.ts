import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../examples/sample-data/src/random.ts'
import type { Broker } from '../kafka/broker.ts'
import { type LaunchOptions, type Life, launch } from './command.ts'
import type { Expected } from './expected.ts'
import type { Feed } from './feed.ts'
import type { Settings } from './settings.ts'
import { lacunaYaml } from './settings.ts'
import type { Sink } from './sink.ts'
import { tail } from './verdict.ts'

/** Something that went wrong with a run and ends it. */
export class RunFailure extends Error {}

/** Where a fault is played: the command, what it reads and where it writes. */
export interface Stage {
  readonly directory: string
  readonly state: string
  readonly random: Random
  readonly sink: Sink
  readonly feed: Feed
  readonly broker: Broker | undefined
  readonly settings: Settings
  /** How many times it is struck. */
  readonly strikes: number
  readonly lives: readonly Life[]
  readonly outages: [from: number, to: number][]
  readonly forgotten: number[]
  /** What happened, for who reads of a failure. */
  readonly notes: string[]
  /** The process that runs now. */
  readonly life: Life
  /** Called once every process is gone. */
  atEnd(callback: () => void): void
  readonly endings: readonly (() => void)[]
  note(text: string): void
  start(options?: LaunchOptions): Life
  /** Kills it with -9 and takes what it leaves behind out of the way. */
  kill(): Promise<void>
  /** Stops it in order. */
  term(): Promise<void>
  /** Stops it with two signals, the second before it can be through. */
  hurry(): Promise<void>
  /** Throws unless the process still runs. */
  mustRun(): void
  /** Expected ids that have not arrived. */
  missing(): number
  /** Whether the process is in the middle of something, and there is more to come. */
  isLive(): boolean
  /**
   * Waits until this process has delivered some alerts, and a random moment longer. Resolves to whether it is at work
   * then.
   */
  untilLive(): Promise<boolean>
  /** Waits until all that is expected has arrived. */
  untilComplete(): Promise<void>
}

/** What a {@link Stage} is made of. */
export interface StageOptions {
  readonly directory: string
  readonly random: Random
  readonly sink: Sink
  readonly feed: Feed
  readonly broker: Broker | undefined
  readonly settings: Settings
  readonly strikes: number
  readonly expected: Expected | undefined
}

/** An alert that came within the last so many milliseconds shows that work is under way. */
const JUST_NOW = 250
/** Alerts of its own that a process must have delivered before it counts as being at work. */
const MOST_DELIVERED = 12
/** Milliseconds for which it goes on at most before it is struck. */
const LONGER = [100, 500, 2500]
/** Milliseconds to wait for anything at all, on a busy machine. */
const PATIENCE = 60_000

export function createStage(options: StageOptions): Stage {
  const { directory, random, sink, feed, settings, expected } = options
  mkdirSync(path.join(directory, 'state'), { recursive: true })
  writeFileSync(path.join(directory, 'lacuna.yaml'), lacunaYaml(settings, feed, sink.port))
  const lives: Life[] = []
  const notes: string[] = []
  const endings: (() => void)[] = []
  const began = performance.now()

  const delivered = (life: Life) => {
    let count = 0
    for (const arrival of sink.arrivals) if (arrival.life === life.number) count++
    return count
  }

  /** Whether it has read everything that it is to read. */
  const isThrough = (life: Life) => !settings.follow && life.code === 0

  const stage: Stage = {
    ...options,
    state: path.join(directory, 'state'),
    lives,
    outages: [],
    forgotten: [],
    notes,
    endings,
    atEnd: (callback) => void endings.push(callback),
    get life() {
      const life = lives.at(-1)
      if (life === undefined) throw new Error('nothing was started')
      return life
    },
    note(text) {
      notes.push(`${Math.round(performance.now() - began)} ms: ${text}`)
    },
    start(launchOptions) {
      const life = launch(directory, lives.length + 1, launchOptions)
      lives.push(life)
      return life
    },
    async kill() {
      const { life } = stage
      await life.end('SIGKILL')
      stage.note(`killed life ${life.number}, ${stage.missing()} alerts missing`)
      await feed.afterKill()
    },
    async term() {
      const { life } = stage
      await life.end('SIGTERM')
      stage.note(`life ${life.number} ended with ${life.code ?? life.signal} after SIGTERM`)
    },
    async hurry() {
      const { life } = stage
      const ended = life.end('SIGTERM')
      await wait(random.below(300))
      if (life.ended === undefined) life.hurry()
      await ended
      stage.note(`life ${life.number} ended with ${life.code ?? life.signal} after two SIGTERM`)
    },
    mustRun: () => failIfGone(stage.life),
    missing() {
      if (expected === undefined) return 1
      let count = 0
      for (const id of expected.keys()) if (!sink.ids.has(id)) count++
      return count
    },
    isLive() {
      const { life } = stage
      if (life.ended !== undefined || stage.missing() === 0) return false
      const last = sink.arrivals.findLast((arrival) => arrival.life === life.number)
      return last !== undefined && (sink.underWay > 0 || performance.now() - last.at < JUST_NOW)
    },
    async untilLive() {
      const { life } = stage
      const wanted = 1 + random.below(MOST_DELIVERED)
      const longer = random.below(random.pick(LONGER))
      const until = performance.now() + PATIENCE
      while (delivered(life) < wanted && stage.missing() > 0) {
        if (isThrough(life)) return false
        failIfGone(life)
        if (performance.now() > until) throw new RunFailure(`nothing came of life ${life.number}`)
        await wait(2)
      }
      await wait(longer)
      if (isThrough(life)) return false
      failIfGone(life)
      return stage.isLive()
    },
    async untilComplete() {
      let until = performance.now() + PATIENCE
      let before = Number.POSITIVE_INFINITY
      for (let left = stage.missing(); left > 0; left = stage.missing()) {
        failIfGone(stage.life)
        // As long as something comes, it is only slow.
        if (left < before) until = performance.now() + PATIENCE
        before = left
        if (performance.now() > until) return
        await wait(10)
      }
    },
  }
  return stage
}

function failIfGone(life: Life): void {
  if (life.ended === undefined) return
  throw new RunFailure(
    `life ${life.number} ended by itself with ${life.code ?? life.signal}: ${tail(life.stderr)}`,
  )
}
