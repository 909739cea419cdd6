import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '@lacuna/sdk/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Followed, followed } from './follow-kit.fixture.ts'
import { rotatedLog } from './rotation-model.fixture.ts'

const RUNS = Number(process.env.LACUNA_RUNS ?? 60)

const torn = fc.boolean()
const k = fc.integer({ min: 1, max: 4 })
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.nat(30), torn }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), create: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copyTruncate' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('compress' as const), k }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('appendLate' as const) }) },
)
/** A look, and what happens while it waits for the pipelines to take a batch. */
const look = fc.record({
  do: fc.constant('poll' as const),
  millis: fc.constantFrom(250, 1000, 6000),
  during: fc.array(change, { maxLength: 3 }),
})
const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: change },
    { weight: 5, arbitrary: look },
    { weight: 1, arbitrary: fc.constant({ do: 'remove' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
  ),
  { maxLength: 40 },
)

type Step = typeof steps extends fc.Arbitrary<(infer Each)[]> ? Each : never
type Change = typeof change extends fc.Arbitrary<infer Each> ? Each : never

function apply(log: ReturnType<typeof rotatedLog>, step: Change): void {
  if (step.do === 'append') log.append(step.count, step.torn)
  else if (step.do === 'rename') log.rename(step.create)
  else if (step.do === 'copyTruncate') log.copyTruncate()
  else if (step.do === 'compress') log.compress(step.k)
  else log.appendLate()
}

/** A run from a clean stop to the next, on a log that is rotated at will. */
async function deliver(plan: readonly Step[], include: string, chunkBytes: number) {
  const root = mkdtempSync(join(tmpdir(), 'lacuna-rotation-'))
  const clock = manualClock()
  const log = rotatedLog(root)
  const delivered: string[] = []
  const sources = new Set<string>()
  let run: Followed | undefined
  let during: Change[] = []
  const consume = () => {
    const step = during.shift()
    if (step !== undefined && !log.full) apply(log, step)
  }
  const start = async (positions = run?.positions()) => {
    run = await followed(
      root,
      { include, start_at: 'beginning' },
      {
        clock,
        consume,
        stopped: true,
        ...(positions && { positions }),
        tuning: { chunkBytes, maxBatch: 7 },
      },
    )
    return run
  }
  const stop = async (running: Followed) => {
    await running.receiver.stop()
    delivered.push(...running.bodies())
    for (const { source, records } of running.host.batches) if (records.length > 0) sources.add(source.id)
  }
  try {
    let running = await start()
    await running.poll()
    let removed = false
    for (const step of plan) {
      removed ||= step.do === 'remove'
      // What is not read yet must not be deleted: nobody could know of it.
      if (step.do === 'remove' || (log.full && step.do !== 'poll')) await running.poll()
      if (step.do === 'poll') {
        during = [...step.during]
        await running.poll(step.millis)
        during = []
      } else if (step.do === 'remove') log.remove()
      else if (step.do !== 'restart') apply(log, step)
      else {
        // A deleted file is read only by who holds it open, and its half line is told only after a while.
        if (removed) for (let polls = 0; polls < 2; polls++) await running.poll(6000)
        removed = false
        await stop(running)
        running = await start(running.positions())
      }
    }
    log.finish()
    for (let polls = 0; polls < 8; polls++) await running.poll(2000)
    await stop(running)
    return {
      delivered,
      expected: log.expected(),
      sources: [...sources].map((id) => id.replace(`${root}/`, '')),
    }
  } finally {
    await run?.receiver.stop()
    rmSync(root, { recursive: true, force: true })
  }
}

describe('a log that is rotated at any moment, read at any other', () => {
  for (const include of ['a.log', 'a.log*'])
    test(`each line once and in order, with include: ${include}`, {
      timeout: 60_000 + RUNS * 500,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(steps, fc.constantFrom(70, 300, 4096), async (plan, chunkBytes) => {
          const { delivered, expected, sources } = await deliver(plan, include, chunkBytes)
          expect(delivered).toEqual(expected)
          expect(sources).toEqual(expected.length > 0 ? ['file:a.log'] : [])
        }),
        { numRuns: RUNS },
      )
    })
})
