import type { NoData, NoDataState, Output } from '@lacuna/detection'
import { createDetector, createNoDataWatch } from '@lacuna/detection'
import { compileCondition } from '@lacuna/esql'
import type { Host, HrTime, LogRecord, Processor, SnapshotEntry } from '@lacuna/sdk'
import { fieldReader, NO_TIME } from '@lacuna/sdk'
import { alertRecords } from './alert-record.ts'
import type { ZeroLengthResponseConfig } from './config.ts'
import { windowMillis } from './config.ts'
import { EVIDENCE_LISTS, evidenceNumbers, evidenceValues } from './evidence.ts'
import { exceptionFinder } from './exceptions.ts'
import { groupReader } from './group.ts'
import { ledgerNotes } from './ledger-notes.ts'
import { noDataRecord } from './no-data-record.ts'

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

  const watch =
    config.no_data === undefined
      ? undefined
      : createNoDataWatch({ ruleId: config.rule.id, after: config.no_data, latest: detector.latest })

  const records = alertRecords(config, groupBy)
  const silence = noDataRecord(config)
  const notes = ledgerNotes(host.ledger, detector, config.exceptions)
  let now: Readonly<HrTime> = NO_TIME

  const tell = (outputs: readonly Output[], to: LogRecord[]) => {
    for (const output of outputs) {
      const observed: HrTime = [now[0], now[1]]
      to.push(output.kind === 'alert' ? records.alert(output, observed) : records.overflow(output, observed))
      host.ledger.noted(output.kind === 'alert' ? `alert_${output.status}` : 'max_groups', 1)
    }
    host.ledger.created(outputs.length)
  }

  const tellSilence = (noData: NoData, to: LogRecord[]) => {
    to.push(silence(noData, now))
    host.ledger.noted(`no_data_${noData.status}`, 1)
    host.ledger.created(1)
  }

  const told = (outputs: readonly Output[], silent: readonly NoData[] = []): LogRecord[] => {
    const list: LogRecord[] = []
    for (const noData of silent) tellSilence(noData, list)
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
    // What counts may come as late as both allow, and the watermark may have waited for a quiet source: a window that is
    // not done with can begin so much before the last record that was committed.
    lookback: window.size + config.max_out_of_orderness + config.allowed_lateness + config.idle_timeout,
    ordered: true,

    process(batch) {
      const { id } = batch.source
      const isReplay = batch.replay === true
      const out: LogRecord[] = []
      const back = watch?.heard(id)
      if (back !== undefined) tellSilence(back, out)
      for (const record of batch.records) {
        if (passesAll) out.push(record)
        const outputs = detector.add(id, record, isReplay)
        if (outputs.length > 0) tell(outputs, out)
      }
      if (!passesAll) host.ledger.consumed(batch.records.length)
      notes.report()
      return out
    },

    tick(tick) {
      now = tick.now
      return told(detector.tick(tick.now, tick.elapsed), watch?.tick(tick.elapsed))
    },

    flush: () => told(detector.end()),

    sourceOpened(source) {
      detector.open(source.id, source.finite)
      watch?.open(source.id, source.finite)
      notes.sourceOpened()
    },

    sourceClosed(source, reason) {
      watch?.close(source.id)
      return told(reason === 'lost' ? detector.lose(source.id) : detector.close(source.id))
    },

    watermark: (source) => {
      const at = detector.watermark(source.id)
      return at === undefined ? undefined : [at[0], at[1]]
    },

    gauges: () => ({
      open_episodes: detector.openEpisodes,
      groups: detector.groups,
      watermark_lag_ms: detector.lag,
      ...(watch === undefined ? {} : { silent_sources: watch.silent }),
    }),

    snapshot() {
      const { header, entries } = detector.snapshot()
      return {
        header: {
          version: STATE_VERSION,
          fingerprint,
          data: packState({ header, noData: watch?.save() ?? [] }),
        },
        entries: bytesOf(entries),
      }
    },

    restore(header, entries) {
      if (header.version !== STATE_VERSION || header.fingerprint !== fingerprint || header.data === undefined)
        return
      const kept: (readonly [string, string])[] = []
      for (const [key, value] of entries)
        if (value !== undefined) kept.push([key, Buffer.from(value).toString()])
      const state = unpackState(header.data)
      detector.restore(state.header, kept)
      watch?.load(state.noData)
      notes.skip()
    },
  }
}

const STATE_VERSION = 2

/** What belongs to no group: the detector's own header, and which sources are silent. */
interface State {
  readonly header: string
  readonly noData: readonly NoDataState[]
}

function packState(state: State): Uint8Array {
  return Buffer.from(JSON.stringify(state))
}

function unpackState(data: Uint8Array): State {
  return JSON.parse(Buffer.from(data).toString())
}

/** As bytes, each when it is asked for: the detector packs a group then. */
function* bytesOf(entries: Iterable<readonly [string, string | undefined]>): Generator<SnapshotEntry> {
  for (const [key, value] of entries) yield [key, value === undefined ? undefined : Buffer.from(value)]
}

/** An id as text, bounded: it is kept for as long as the window is. */
function idText(value: ReturnType<ReturnType<typeof fieldReader>>): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, 256)
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
}
