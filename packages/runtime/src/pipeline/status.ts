import type { Clock, Phase, PipelineStatus, ReceiverState, RuntimeStatus } from '@lacuna/sdk'
import type { Delivery } from './delivery.ts'
import type { Intake } from './intake.ts'
import type { Line } from './line.ts'

/** What there is to tell the status of. */
interface Watched {
  readonly lines: readonly Line[]
  readonly intakes: readonly Intake[]
  readonly deliveries: readonly Delivery[]
}

/** How everything is, for extensions. They are made first, so it is empty until the rest has been made. */
export interface StatusBoard {
  status(): RuntimeStatus
  /** Enters a phase; a further call for the same phase changes nothing. */
  enter(phase: Phase, reason?: string): void
  /** Names what has been made. */
  show(watched: Watched): void
}

/** Makes a {@link StatusBoard} in the phase `starting`. */
export function createStatusBoard(clock: Clock): StatusBoard {
  let phase: Phase = 'starting'
  let since = clock.now()
  let reason: string | undefined
  let shown: Watched = { lines: [], intakes: [], deliveries: [] }
  return {
    enter(next, why) {
      if (next === phase) return
      phase = next
      since = clock.now()
      reason = why
    },
    show(watched) {
      shown = watched
    },
    status: () => ({
      phase,
      since,
      reason,
      pipelines: shown.lines.map((line) => pipelineStatus(line, shown.intakes)),
      receivers: shown.intakes.map((intake) => intake.health.status()),
      exporters: shown.deliveries.map((delivery) => delivery.status()),
    }),
  }
}

function pipelineStatus(line: Line, all: readonly Intake[]): PipelineStatus {
  const intakes = all.filter((intake) => intake.lines.includes(line))
  const receivers = intakes.map((intake) => intake.health.status())
  const exporters = line.deliveries.map((delivery) => delivery.status())
  return {
    id: line.id,
    state: pipelineState(
      receivers.map(({ state }) => state),
      exporters.map(({ state }) => state),
    ),
    receivers: receivers.map(({ id }) => id),
    exporters: exporters.map(({ id }) => id),
  }
}

/** The worst of its parts. What has ended is over only when nothing before or nothing behind is left. */
function pipelineState(receivers: readonly ReceiverState[], exporters: readonly string[]): ReceiverState {
  if (receivers.includes('trouble') || exporters.includes('failing')) return 'trouble'
  if (receivers.includes('starting') || exporters.includes('starting')) return 'starting'
  const over = (states: readonly string[]) => states.length > 0 && states.every((state) => state === 'ended')
  return over(receivers) || over(exporters) ? 'ended' : 'ok'
}
