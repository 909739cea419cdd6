import type { ReceiverStatus, RuntimeStatus } from '@lacuna/sdk'

/**
 * Why it is not ready, a sentence each; none when it is. It is ready from the moment in which everything has
 * started until the stop begins, unless a receiver has never come up.
 *
 * A receiver that worked and now retries, or an exporter that fails, does not make it unready: neither a restart nor
 * another instance helps where a broker or a backend is away, queues and back-pressure bridge it, and the other
 * pipelines of the process would be taken away with it. One that has never worked is most likely set up wrongly: there
 * readiness holds back a rollout that would replace what works.
 */
export function unready({ phase, reason, receivers }: RuntimeStatus): string[] {
  if (phase === 'stopping') return [reason === undefined ? 'stopping' : `stopping: ${reason}`]
  const down = receivers.filter(({ state, cameUp }) => !cameUp && state !== 'ended').map(sentence)
  return phase === 'starting' && down.length === 0 ? ['starting'] : down
}

function sentence({ id, state, reason }: ReceiverStatus): string {
  if (state === 'starting') return `the receiver ${id} is starting`
  return `the receiver ${id} has never come up${reason === undefined ? '' : `: ${reason}`}`
}
