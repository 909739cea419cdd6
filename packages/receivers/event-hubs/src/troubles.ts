import type { ReceiverHost } from '@lacuna/sdk'

/** Tells of trouble that comes many times, few times. */
export interface Troubles {
  /** Something is wrong that is being tried again. Told when it begins, and then once a minute. */
  began(sentence: string): void
  /** It is over, if there was any. */
  ended(): void
  /** Something that is no state: told at most once a minute. */
  say(sentence: string): void
}

const INTERVAL = 60_000

/** Makes {@link Troubles}. What is being tried again is told as the receiver's health, too, as often as it comes. */
export function createTroubles({
  clock,
  logger,
  health,
}: Pick<ReceiverHost, 'clock' | 'logger' | 'health'>): Troubles {
  let since: number | undefined
  let told = Number.NEGATIVE_INFINITY
  let said = Number.NEGATIVE_INFINITY
  let times = 0
  return {
    began(sentence) {
      const now = clock.monotonic()
      since ??= now
      health('trouble', sentence)
      if (now - told < INTERVAL) return
      told = now
      logger.warn({}, sentence)
    },
    ended() {
      if (since === undefined) return
      const seconds = Math.round((clock.monotonic() - since) / 1000)
      since = undefined
      health('ok')
      logger.info({ seconds }, `reading again after ${seconds} s`)
    },
    say(sentence) {
      times++
      const now = clock.monotonic()
      if (now - said < INTERVAL) return
      said = now
      logger.warn({ times }, sentence)
      times = 0
    },
  }
}
