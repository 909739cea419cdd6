import type { Component, Logger } from '@lacuna/sdk'
import { asLacunaError, errorText } from './error-text.ts'

/** A component as the life of the pipelines sees it: something that starts once and stops once. */
export interface Part {
  readonly id: string
  /** Rejects with a `LacunaError` that has the component's id in front. */
  start(): Promise<void>
  /** Never rejects: what fails while stopping is logged. Every further call gives the same promise. */
  stop(): Promise<void>
}

/** Wraps a component. */
export function createPart(id: string, component: Component, logger: Logger): Part {
  let stopping: Promise<void> | undefined

  async function stop(): Promise<void> {
    try {
      await component.stop?.()
    } catch (error) {
      const fields = { error: errorText(error) }
      logger.error(fields, `stopping failed: ${fields.error}`)
    }
  }

  return {
    id,
    async start() {
      try {
        await component.start?.()
      } catch (error) {
        throw asLacunaError(error, id, 'start_failed')
      }
    },
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
