import type { Clock, ExporterState, ReceiverState, ReceiverStatus, StateOf } from '@lacuna/sdk'
import { escapeText } from './error-text.ts'

/** The state of one component, since when, and why. */
export interface Health<State> {
  readonly state: State
  /** Enters a state, or stays in it for another reason. Once `ended`, it stays so. */
  become(state: State, reason?: string): void
  status(): StateOf<State>
}

/**
 * Begins in the state `starting`.
 *
 * @example
 * ```ts
 * const health = createHealth<ExporterState>('otlp', clock)
 * health.become('failing', 'no answer within 10s')
 * ```
 */
export function createHealth<State extends string>(
  id: string,
  clock: Clock,
): Health<State | 'starting' | 'ended'> {
  let state: State | 'starting' | 'ended' = 'starting'
  let since = clock.now()
  let reason: string | undefined
  return {
    get state() {
      return state
    },
    become(next, why) {
      if (state === 'ended') return
      reason = why
      if (next === state) return
      state = next
      since = clock.now()
    },
    status: () => ({ id, state, since, reason }),
  }
}

export type ExporterHealth = Health<ExporterState>

/** The state of a receiver, from what it says itself and what its life says. */
export interface ReceiverHealth {
  /** Its `start` has resolved. It is well unless it said otherwise. */
  started(): void
  /** It has said how reading goes. */
  say(state: 'ok' | 'trouble', reason?: string): void
  ended(): void
  status(): ReceiverStatus
}

/** Makes a {@link ReceiverHealth} before its receiver. */
export function createReceiverHealth(id: string, clock: Clock): ReceiverHealth {
  const health = createHealth<ReceiverState>(id, clock)
  let cameUp = false

  function ok(): void {
    if (health.state !== 'ended') cameUp = true
    health.become('ok')
  }

  return {
    started() {
      if (health.state === 'starting') ok()
    },
    say(state, reason) {
      if (state === 'ok') ok()
      // A plugin in JavaScript may say anything.
      else health.become('trouble', typeof reason === 'string' ? escapeText(reason) : undefined)
    },
    ended: () => health.become('ended'),
    status: () => ({ ...health.status(), cameUp }),
  }
}
