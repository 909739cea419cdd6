import type { SourceKind } from './feed.ts'
import type { Stage } from './stage.ts'

/** What became of the strikes of one run. */
export interface Strikes {
  /** Those that met work under way. */
  readonly met: number
  readonly missed: number
}

/** One kind of fault. */
export interface Fault {
  readonly name: string
  /** What it does, in one sentence. */
  readonly does: string
  readonly sources: readonly SourceKind[]
  /** How many times a run is struck at most. */
  readonly strikes?: number
  /** Why it cannot be made on this machine; `undefined` when it can. */
  readonly unavailable?: () => string | undefined
  /** Whether the files are read once to their end, and the process ends by itself. */
  readonly finite?: boolean
  /** Whether every process of a run ends in order and nothing is read twice, so that what came in can be added up. */
  readonly adds?: boolean
  /** Starts the command, feeds it everything and strikes meanwhile. Leaves it running. */
  play(stage: Stage): Promise<Strikes>
}

/**
 * Feeds the input in as many parts as there are strikes and one more, and strikes while each part comes in or is
 * worked off.
 *
 * @param strike is called when the process is at work, and resolves to whether it still was when it struck
 */
export async function inParts(stage: Stage, strike: () => Promise<boolean>): Promise<Strikes> {
  const { strikes } = stage
  let met = 0
  for (let part = 1; part <= strikes; part++) {
    const feeding = stage.feed.advance(part / (strikes + 1))
    // Rejections are for the line below; until then nobody else may be told.
    feeding.catch(() => {})
    if (await strike()) met++
    await feeding
  }
  await stage.feed.advance(1)
  return { met, missed: strikes - met }
}
