import type { Alert, AlertStatus, Output } from './alert.ts'
import type { DetectorCounts } from './counts.ts'
import type { EvidenceShape } from './evidence.ts'
import { gatherEvidence } from './evidence.ts'
import type { Group } from './group.ts'
import type { Anchor } from './ids.ts'
import { alertId, episodeId } from './ids.ts'
import type { Replay } from './replay.ts'
import type { SlotGrid } from './slot-grid.ts'
import type { Nanos } from './time.ts'
import type { WindowOptions } from './window.ts'

/** A window to tell of: how it is called, and which matches `[from, to)` are in it. */
export interface Span {
  readonly start: Nanos
  readonly end: Nanos
  readonly from: Nanos
  readonly to: Nanos
}

/** Opens, updates and resolves the episodes of groups, and collects the alerts that say so. */
export class Episodes {
  readonly #ruleId: string
  readonly #window: WindowOptions
  readonly #grid: SlotGrid
  readonly #shape: EvidenceShape
  readonly #replay: Replay
  readonly #counts: DetectorCounts
  #outputs: Output[] = []

  constructor(
    ruleId: string,
    window: WindowOptions,
    grid: SlotGrid,
    shape: EvidenceShape,
    replay: Replay,
    counts: DetectorCounts,
  ) {
    this.#ruleId = ruleId
    this.#window = window
    this.#grid = grid
    this.#shape = shape
    this.#replay = replay
    this.#counts = counts
  }

  /** What was told since the last call. */
  take(): readonly Output[] {
    if (this.#outputs.length === 0) return NOTHING
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  push(output: Output): void {
    this.#outputs.push(output)
  }

  open(group: Group, at: Nanos, span: Span, anchor: Anchor, lastOver: Nanos, peak: number): void {
    const id = episodeId(this.#ruleId, this.#window, group.values, anchor)
    const isContinued = this.#replay.isContinued(span.from)
    group.episode = { id, told: 0, lastToldAt: at, lastOver, peak, isContinued }
    // An episode that may be an older one is never told as new.
    this.#tell(group, isContinued ? 'update' : 'open', at, span)
  }

  update(group: Group, at: Nanos, span: Span): void {
    if (group.episode === undefined) return
    group.episode.lastToldAt = at
    this.#tell(group, 'update', at, span)
  }

  /** Ends the episode; `span` is the last window over the threshold. */
  resolve(group: Group, at: Nanos, span: Span): void {
    this.#tell(group, 'resolved', at, span)
    group.episode = undefined
    group.resolvedAt = at
  }

  #tell(group: Group, status: AlertStatus, at: Nanos, span: Span): void {
    const { episode } = group
    if (episode === undefined) return
    const count = group.matches.count(span.from, span.to)
    episode.peak = Math.max(episode.peak, count)
    if (this.#replay.wasTold() && !group.matches.hasLive(span.from, span.to)) {
      this.#counts.withheld++
      episode.told++
      return
    }
    const alert: Alert = {
      kind: 'alert',
      status,
      at,
      episodeId: episode.id,
      alertId: alertId(episode.id, status, span.start, episode.told++),
      group: group.values,
      windowStart: span.start,
      windowEnd: span.end,
      isContinued: episode.isContinued,
      count,
      peak: episode.peak,
      total: group.totals.sum(this.#grid.slotOf(span.from), this.#grid.slotOf(span.to - 1n)),
      evidence: gatherEvidence(group.matches, span.from, span.to, this.#shape),
    }
    this.#outputs.push(alert)
  }
}

const NOTHING: readonly Output[] = []
