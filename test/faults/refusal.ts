import type { Life } from './command.ts'
import { RunFailure } from './stage.ts'
import { tail } from './verdict.ts'

/** Milliseconds in which a process must have said no. */
const PATIENCE = 30_000

/**
 * Waits for a process to refuse to start, in words.
 *
 * @param words what a person must read of it
 * @throws RunFailure when it runs on, or falls over without a word
 */
export async function mustRefuse(life: Life, words: RegExp): Promise<void> {
  if (!(await life.gone(PATIENCE)))
    throw new RunFailure(`life ${life.number} runs where it should refuse to: ${tail(life.stderr)}`)
  const crash = /^Node\.js v\d|Assertion|Segmentation/m.test(life.stderr)
  if (life.code === 0 || life.code === null || crash || !words.test(life.stderr))
    throw new RunFailure(
      `life ${life.number} ended with ${life.code ?? life.signal}, and not with ${words}: ${tail(life.stderr)}`,
    )
}
