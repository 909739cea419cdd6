import type { LogRecord } from '@lacuna/sdk'
import { joinListeners, type Listeners, listen, tellListeners } from './listeners.ts'
import type { Load, Piece } from './sending-queue.ts'

/** Records on their way to an exporter. */
export interface Flight {
  readonly records: readonly LogRecord[]
  /** The number of the first record; the others follow. */
  readonly first: number
  listeners: Listeners | undefined
}

/**
 * What is under way, in the order in which it left. Several may be at once and arrive in any order; who asked
 * about one is told when it and all before it have arrived.
 */
export interface Flights {
  /** Records of which it is not known what became of them. */
  readonly records: number
  add(load: Load): Flight
  /** Its fate is known. */
  settle(flight: Flight): void
  /** Tells the listener when all that is under way now has been settled; false when nothing is. */
  listen(source: string, callback: () => void): boolean
  /** The same for those who asked about what came later and is gone; at once when nothing is under way. */
  join(listeners: Listeners | undefined): void
  /** All that is under way, in the order in which it left. */
  pieces(): Piece[]
  /** The lowest number under way; `undefined` when nothing is. */
  readonly lowest: number | undefined
  clear(): void
}

/** Makes {@link Flights} with nothing under way. */
export function createFlights(): Flights {
  // As many as there are deliveries at once: a handful.
  const flights: Flight[] = []
  let records = 0
  return {
    get records() {
      return records
    },
    add(load) {
      const flight: Flight = { records: load.records, first: load.first, listeners: load.listeners }
      flights.push(flight)
      records += flight.records.length
      return flight
    },
    settle(flight) {
      const index = flights.indexOf(flight)
      if (index < 0) return
      flights.splice(index, 1)
      records -= flight.records.length
      const before = flights[index - 1]
      if (before === undefined) tellListeners(flight.listeners)
      else before.listeners = joinListeners(before.listeners, flight.listeners)
    },
    listen(source, callback) {
      const last = flights.at(-1)
      if (last === undefined) return false
      last.listeners = listen(last.listeners, source, callback)
      return true
    },
    join(listeners) {
      const last = flights.at(-1)
      if (last === undefined) tellListeners(listeners)
      else last.listeners = joinListeners(last.listeners, listeners)
    },
    pieces: () => flights.map(({ records, first }) => ({ records, start: 0, end: records.length, first })),
    get lowest() {
      return flights[0]?.first
    },
    clear() {
      flights.length = 0
      records = 0
    },
  }
}
