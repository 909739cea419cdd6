import type { Nanos } from './time.ts'
import { max, millis } from './time.ts'

/** How far event time has come, kept as plainly as can be: everything is worked out anew at each step. */
export interface OracleTime {
  watermark: Nanos | undefined
  frontier: Nanos | undefined
  open(id: string, finite: boolean): void
  close(id: string): void
  /** Takes note of a record; says whether it is later than the wall clock allows. */
  observe(id: string, at: Nanos): boolean
  /** Lets the watermark follow the records that were observed. */
  follow(): void
  tick(wall: Nanos, elapsed: number): void
  /** The input has ended: what waits is believed. */
  end(): void
}

export interface OracleTimeOptions {
  readonly maxOutOfOrderness: number
  readonly idleTimeout: number
  readonly maxFutureSkew: number
}

interface Source {
  readonly finite: boolean
  open: boolean
  greatest: Nanos | undefined
  waiting: Nanos[]
  silent: number
}

export function oracleTime(options: OracleTimeOptions): OracleTime {
  const disorder = millis(options.maxOutOfOrderness)
  const skew = millis(options.maxFutureSkew)
  const sources = new Map<string, Source>()
  let wall = 0n
  let lastToClose: Source | undefined

  const source = (id: string): Source => {
    const found = sources.get(id)
    if (found === undefined) throw new Error(`no source ${id}`)
    return found
  }
  const isIdle = (s: Source) => !s.finite && s.silent >= options.idleTimeout
  const opened = () => [...sources.values()].filter((s) => s.open)
  const raise = (to: Nanos) => {
    self.watermark = self.watermark === undefined ? to : max(self.watermark, to)
  }
  const believe = (s: Source, at: Nanos) => {
    s.greatest = s.greatest === undefined ? at : max(s.greatest, at)
    self.frontier = self.frontier === undefined ? at : max(self.frontier, at)
  }

  const self: OracleTime = {
    watermark: undefined,
    frontier: undefined,
    open(id, finite) {
      sources.set(id, { finite, open: true, greatest: undefined, waiting: [], silent: 0 })
    },
    close(id) {
      const s = source(id)
      for (const at of s.waiting) believe(s, at)
      s.open = false
      lastToClose = s
    },
    observe(id, at) {
      const s = source(id)
      const silent = s.finite ? 0n : millis(s.silent)
      s.silent = 0
      if (at > wall + skew) return true
      const plausible = s.greatest === undefined || at - s.greatest <= skew + silent
      if (s.waiting.length === 0 && plausible) {
        believe(s, at)
        return false
      }
      s.waiting.push(at)
      for (;;) {
        const [head, ...after] = s.waiting
        if (head === undefined) return false
        if (s.greatest !== undefined && head - s.greatest > skew) {
          const refuted = after.some((time) => time < head - disorder)
          if (!refuted && after.length < 3) return false
          if (!refuted) believe(s, head)
        } else believe(s, head)
        s.waiting = after
      }
    },
    follow() {
      const active = opened().filter((s) => !isIdle(s))
      if (opened().length === 0 && lastToClose?.greatest !== undefined) raise(lastToClose.greatest - disorder)
      if (active.length === 0) {
        // With all idle nobody holds back the one that had come furthest.
        for (const s of opened()) if (s.greatest !== undefined) raise(s.greatest - disorder)
        return
      }
      const times = active.map((s) => s.greatest).filter((time) => time !== undefined)
      if (times.length === active.length) {
        raise(times.reduce((least, time) => (time < least ? time : least)) - disorder)
      }
    },
    tick(now, elapsed) {
      wall = now
      const all = opened()
      const wereIdle = all.length > 0 && all.every(isIdle)
      for (const s of all) {
        s.silent += elapsed
        if (!isIdle(s)) continue
        for (const at of s.waiting) believe(s, at)
        s.waiting = []
      }
      if (wereIdle && self.watermark !== undefined) self.watermark += millis(elapsed)
      self.follow()
    },
    end() {
      for (const s of opened()) for (const at of s.waiting) believe(s, at)
    },
  }
  return self
}
