import fc from 'fast-check'
import type { DetectorOptions } from './options.ts'
import type { TestRecord } from './oracle.fixture.ts'
import type { Nanos } from './time.ts'
import { millis } from './time.ts'
import type { WindowOptions } from './window.ts'

/** One call of a detector's. */
export type Step =
  | { readonly do: 'open' | 'close'; readonly source: string; readonly finite: boolean }
  | { readonly do: 'add'; readonly source: string; readonly record: TestRecord }
  | { readonly do: 'tick'; readonly wall: Nanos; readonly elapsed: number }

export interface Case {
  readonly options: DetectorOptions
  readonly steps: readonly Step[]
}

const UNITS = [6, 12, 20, 30, 60]

const windows: fc.Arbitrary<WindowOptions> = fc.constantFrom(...UNITS).chain((size) =>
  fc.oneof(
    fc.constant<WindowOptions>({ type: 'sliding', size }),
    fc.nat(size - 1).map((offset): WindowOptions => ({ type: 'tumbling', size, offset })),
    fc
      .constantFrom(...[1, 2, 3, 5, 6, 10].filter((slide) => size % slide === 0))
      .chain((slide) =>
        fc.nat(slide - 1).map((offset): WindowOptions => ({ type: 'sliding', size, slide, offset })),
      ),
    // More than 64 slides in a window: totals are held in slots.
    fc.constant<WindowOptions>({ type: 'sliding', size: 66, slide: 1 }),
  ),
)

const optionsOf: fc.Arbitrary<DetectorOptions> = fc
  .record({
    window: windows,
    threshold: fc.integer({ min: 1, max: 4 }),
    recover: fc.nat(3),
    onClose: fc.boolean(),
    updateInterval: fc.constantFrom(1, 5, 12, 100),
    maxOutOfOrderness: fc.constantFrom(0, 3, 10, 40),
    allowedLateness: fc.constantFrom(0, 4, 12, 70),
    idleTimeout: fc.constantFrom(10, 30),
    maxFutureSkew: fc.constantFrom(5, 25, 60),
  })
  .map(({ recover, onClose, ...rest }) => ({
    ...rest,
    ruleId: 'rule',
    recoverBelow: 1 + (recover % rest.threshold),
    trigger:
      onClose && !(rest.window.type === 'sliding' && rest.window.slide === undefined)
        ? 'on_close'
        : 'on_threshold',
    maxGroups: 1000,
    evidence: { lists: 0, numbers: 0 },
  }))

/** A move of the cursor, and what is put beside it. */
const moves = fc.record({
  what: fc.oneof(
    { weight: 30, arbitrary: fc.constant('add' as const) },
    { weight: 2, arbitrary: fc.constant('tick' as const) },
    { weight: 1, arbitrary: fc.constantFrom('open' as const, 'close' as const) },
  ),
  source: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
  step: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 30, max: 200 }) },
  ),
  back: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 1, arbitrary: fc.integer({ min: -90, max: 90 }) },
  ),
  nudge: fc.constantFrom(0n, 0n, 0n, 0n, 1n, -1n),
  elapsed: fc.constantFrom(0, 4, 10, 35),
  untimed: fc.integer({ min: 0, max: 60 }).map((one) => one === 0),
  call: fc.integer({ min: 0, max: 5 }).map((one) => one > 0),
  match: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  exception: fc.constantFrom(-1, -1, -1, -1, -1, -1, -1, 0, 1),
  group: fc.constantFrom('g', 'g', 'g', 'h', null),
  id: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom('x', 'y') },
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }).map(String) },
  ),
})

/** A detector's options and what it goes through: the cursor moves on, records lie about it. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    options: optionsOf,
    base: fc.constantFrom(1_700_000_000_000, 1_700_000_000_000, -120),
    /** Whether the wall clock is near the records, or far later as when old data is read. */
    isLive: fc.boolean(),
    finite: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    sources: fc.integer({ min: 1, max: 3 }),
    moves: fc.array(moves, { minLength: 1, maxLength: 60, size: 'max' }),
  })
  .map(({ options, base, isLive, finite, sources, moves }) => {
    const steps: Step[] = []
    const isOpen = new Set<string>()
    const names = ['a', 'b', 'c'].slice(0, sources)
    const isFile = (source: string) => finite[names.indexOf(source)] === true
    const open = (source: string) => {
      isOpen.add(source)
      steps.push({ do: 'open', source, finite: isFile(source) })
    }
    let cursor = base
    const wall = () => millis(isLive ? cursor : base + 1_000_000)
    steps.push({ do: 'tick', wall: wall(), elapsed: 0 })
    for (const name of names) open(name)
    for (const move of moves) {
      const source = names.includes(move.source) ? move.source : 'a'
      cursor += move.step
      if (move.what === 'tick') steps.push({ do: 'tick', wall: wall(), elapsed: move.elapsed })
      else if (move.what === 'close' && isOpen.has(source)) {
        isOpen.delete(source)
        steps.push({ do: 'close', source, finite: false })
      } else if (move.what !== 'close') {
        if (!isOpen.has(source)) open(source)
        const at = move.untimed ? 0n : millis(cursor - move.back) + move.nudge
        const { call, match, exception, group, id } = move
        steps.push({ do: 'add', source, record: { at, call, match, exception, group, id } })
      }
    }
    return { options, steps }
  })
