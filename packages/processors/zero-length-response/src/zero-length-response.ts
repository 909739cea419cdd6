import type { Output } from '@lacuna/detection'
import { createDetector } from '@lacuna/detection'
import { compileCondition } from '@lacuna/esql'
import type { Host, HrTime, LogRecord, Processor } from '@lacuna/sdk'
import { fieldReader, NO_TIME } from '@lacuna/sdk'
import { alertRecords } from './alert-record.ts'
import type { ZeroLengthResponseConfig } from './config.ts'
import { windowMillis } from './config.ts'
import { EVIDENCE_LISTS, evidenceNumbers, evidenceValues } from './evidence.ts'
import { exceptionFinder } from './exceptions.ts'
import { groupReader } from './group.ts'
import { ledgerNotes } from './ledger-notes.ts'

/** The processor: reads records for the detector, and makes records of its answers. */
export function createZeroLengthResponse(config: ZeroLengthResponseConfig, host: Host): Processor {
  const groupBy = typeof config.group_by === 'string' ? [config.group_by] : config.group_by
  const window = windowMillis(config.window)
  const where = compileCondition(config.where, fieldReader)
  const total = compileCondition(config.total_where, fieldReader)
  const group = groupReader(groupBy)
  const dedupe = config.dedupe_by === null ? undefined : fieldReader(config.dedupe_by)

  const detector = createDetector<LogRecord>(
    {
      ruleId: config.rule.id,
      window,
      threshold: config.threshold,
      recoverBelow: config.recover_below ?? Math.ceil(config.threshold / 2),
      trigger: config.trigger,
      updateInterval: config.update_interval,
      maxOutOfOrderness: config.max_out_of_orderness,
      allowedLateness: config.allowed_lateness,
      idleTimeout: config.idle_timeout,
      maxFutureSkew: config.max_future_skew,
      maxGroups: config.max_groups,
      evidence: { lists: EVIDENCE_LISTS.length, numbers: 1 },
    },
    {
      time: (record) => record.hrTime,
      isCall: total.test,
      isMatch: where.test,
      groupKey: group.key,
      groupValues: group.values,
      exception: exceptionFinder(config.exceptions),
      id: (record) => idText(dedupe?.(record)),
      values: evidenceValues,
      numbers: evidenceNumbers,
    },
  )

  const records = alertRecords(config, groupBy)
  const notes = ledgerNotes(host.ledger, detector.counts, config.exceptions)
  let now: Readonly<HrTime> = NO_TIME

  const tell = (outputs: readonly Output[], to: LogRecord[]) => {
    for (const output of outputs) {
      const observed: HrTime = [now[0], now[1]]
      to.push(output.kind === 'alert' ? records.alert(output, observed) : records.overflow(output, observed))
      host.ledger.noted(output.kind === 'alert' ? `alert_${output.status}` : 'max_groups', 1)
    }
    host.ledger.created(outputs.length)
  }

  const told = (outputs: readonly Output[]): LogRecord[] => {
    const list: LogRecord[] = []
    if (outputs.length > 0) tell(outputs, list)
    notes.report()
    return list
  }

  const passesAll = config.emit === 'all'
  // What decides whether saved state still means the same.
  const fingerprint = JSON.stringify([
    config.rule.id,
    config.where,
    config.total_where,
    groupBy,
    window,
    config.threshold,
    config.recover_below ?? null,
    config.trigger,
    config.dedupe_by,
  ])

  return {
    lookback: window.size + config.allowed_lateness,
    ordered: true,

    process(batch) {
      const { id } = batch.source
      const out: LogRecord[] = []
      for (const record of batch.records) {
        if (passesAll) out.push(record)
        const outputs = detector.add(id, record)
        if (outputs.length > 0) tell(outputs, out)
      }
      if (!passesAll) host.ledger.consumed(batch.records.length)
      notes.report()
      return out
    },

    tick(tick) {
      now = tick.now
      return told(detector.tick(tick.now, tick.elapsed))
    },

    flush: () => told(detector.end()),
    sourceOpened: (source) => detector.open(source.id, source.finite),
    sourceClosed: (source) => told(detector.close(source.id)),

    watermark: (source) => {
      const at = detector.watermark(source.id)
      return at === undefined ? undefined : [at[0], at[1]]
    },

    gauges: () => ({
      open_episodes: detector.openEpisodes,
      groups: detector.groups,
      watermark_lag_ms: detector.lag,
    }),

    snapshot() {
      const { header, entries } = detector.snapshot()
      return {
        header: { version: STATE_VERSION, fingerprint, data: Buffer.from(header) },
        entries: [...entries].map(
          ([key, value]) => [key, value === undefined ? undefined : Buffer.from(value)] as const,
        ),
      }
    },

    restore(header, entries) {
      if (header.version !== STATE_VERSION || header.fingerprint !== fingerprint || header.data === undefined)
        return
      const kept: (readonly [string, string])[] = []
      for (const [key, value] of entries)
        if (value !== undefined) kept.push([key, Buffer.from(value).toString()])
      detector.restore(Buffer.from(header.data).toString(), kept)
    },
  }
}

const STATE_VERSION = 1

/** An id as text, bounded: it is kept for as long as the window is. */
function idText(value: ReturnType<ReturnType<typeof fieldReader>>): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, 256)
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
}
