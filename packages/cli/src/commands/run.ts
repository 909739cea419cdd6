import { buildPipeline, createLogger, type Pipeline } from '@lacuna/runtime'
import { asConfigurationError } from '../build-error.ts'
import type { ConfigOptions } from '../config-options.ts'
import { FAILED, FINE } from '../exit-code.ts'
import { formatNoun } from '../format.ts'
import { countAlerts, countLost } from '../ledger.ts'
import { createProgressLine } from '../progress-line.ts'
import { readConfig } from '../read-config.ts'
import { createScreen, type Screen } from '../screen.ts'
import { onSignals } from '../signals.ts'
import { openSummaryFile, type SummaryFile } from '../summary-file.ts'
import { summaryTable } from '../summary-table.ts'

/** The options of `lacuna run`. */
export interface RunOptions extends ConfigOptions {
  readonly summary?: string
}

/** Milliseconds that whatever is under way gets after a second signal, to be counted. */
const LAST_MOMENT = 500

/**
 * `lacuna run`: until every input has ended, the output is closed, or a signal. Gives the exit code.
 *
 * @throws ConfigError or UsageError when nothing was started, LacunaError when a component could not go on
 */
export async function run(options: RunOptions): Promise<number> {
  const screen = createScreen(process.stdout, process.stderr)
  const config = await readConfig(options, process.stderr)
  const summaryFile = options.summary === undefined ? undefined : openSummaryFile(options.summary)
  const monotonic = () => performance.now()
  const terminal = process.stderr.isTTY === true
  const showProgress = createProgressLine({
    screen,
    monotonic,
    alerts: () => countAlerts(pipeline.counters()),
  })
  const pipeline = await asConfigurationError(
    buildPipeline(config, {
      // Elsewhere than on a terminal nothing is written over, and the logger is quickest by itself.
      logger: createLogger(terminal ? { write: (text) => screen.error(text) } : {}),
      ...(terminal ? { onProgress: showProgress } : {}),
    }),
  )

  let ended: number | undefined
  const release = onSignals(process, {
    terminal: terminal || process.stdin.isTTY === true,
    monotonic,
    stop: () => {
      if (terminal) screen.error('stopping; once more to end at once\n')
      void pipeline.stop()
    },
    end: (exitCode) => {
      ended = exitCode
      void pipeline.stop({ deadline: 0 })
      setTimeout(() => process.exit(exitCode), LAST_MOMENT)
    },
  })
  try {
    await pipeline.start()
    const failure = await pipeline.done.then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    tell(pipeline, screen)
    if (failure !== undefined) throw failure.error
  } finally {
    release()
    screen.clear()
    screen.release()
    if (summaryFile !== undefined) write(summaryFile, pipeline)
  }
  return ended ?? told(pipeline, screen)
}

/** The accounting, at the end, for whoever looks at standard error. */
function tell(pipeline: Pipeline, screen: Screen): void {
  const { isTTY, columns } = process.stderr
  // Below alerts on the same terminal it begins a paragraph of its own.
  const gap = isTTY && process.stdout.isTTY ? '\n' : ''
  screen.error(gap + summaryTable(pipeline.counters(), isTTY ? columns : undefined))
}

/** What is lost is a failure, although the run came to its end. */
function told(pipeline: Pipeline, screen: Screen): number {
  const lost = countLost(pipeline.counters())
  if (lost === 0) return FINE
  screen.error(`lacuna: ${formatNoun(lost, 'record')} could not be delivered; the reasons are above\n`)
  return FAILED
}

function write(file: SummaryFile, pipeline: Pipeline): void {
  file.write(pipeline.counters())
}
