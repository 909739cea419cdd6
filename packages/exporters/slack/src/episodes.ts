import type { Place } from './transport/poster.ts'

/** Episodes that are remembered: each takes some 300 bytes. */
const MOST = 10_000

/** Where an episode was told. */
export interface Told {
  /** The message below which more about it is answered. */
  readonly thread: Place
  /** Its own message, which follows it; none while it is only a line in a message of many. */
  readonly own: Place | undefined
}

/** Remembers where open episodes were told; when full, the one that was heard of least lately goes. */
export function createEpisodes(most = MOST) {
  const known = new Map<string, Told>()
  return {
    get size() {
      return known.size
    },
    get: (id: string | undefined): Told | undefined => (id === undefined ? undefined : known.get(id)),
    set(id: string, told: Told): void {
      known.delete(id)
      known.set(id, told)
      if (known.size <= most) return
      for (const oldest of known.keys()) {
        known.delete(oldest)
        return
      }
    },
    delete: (id: string): void => void known.delete(id),
  }
}
