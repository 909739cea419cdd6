import type { Source, Storage } from '@lacuna/sdk'
import type { Line } from '../pipeline/line.ts'
import type { Participant } from './part.ts'
import { fromJson, SOURCES } from './spaces.ts'

/** The sources that a pipeline's processors believe to be open. */
export interface SavedSources extends Participant {
  /** Takes back what an earlier run has left. */
  restore(storage: Storage): void
}

/**
 * Saves which sources a pipeline's processors believe to be open: whoever is not there after a restart would otherwise
 * hold back their event time for ever.
 */
export function savedSources(line: Line): SavedSources {
  let written = '[]'
  return {
    restore(storage) {
      for (const [key, value] of storage.entries(SOURCES)) {
        if (key !== line.id) continue
        written = Buffer.from(value).toString()
        const list = fromJson(value)
        if (Array.isArray(list)) line.takeBack(list.filter(isPair).map(toSource))
      }
    },
    cut(changes) {
      const text = JSON.stringify([...line.sources.values()].map(({ id, finite }) => [id, finite]))
      if (text !== written) changes.put(SOURCES, line.id, Buffer.from(text))
      written = text
      return undefined
    },
  }
}

function isPair(value: unknown): value is [string, boolean] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'boolean'
}

const toSource = ([id, finite]: [string, boolean]): Source => ({ id, finite })
