import type { NoData } from '@lacuna/detection'
import type { HrTime } from '@lacuna/sdk'
import { formatDuration, formatTime, LogRecord } from '@lacuna/sdk'
import { RESOURCE } from './alert-record.ts'
import type { ZeroLengthResponseConfig } from './config.ts'
import { SEVERITIES } from './rule.ts'

/** Silence is medium: nothing is known to be wrong, but nothing would be seen if it were. 22 to 47 is medium. */
const RISK_SCORE = 47
/** The name of a source can be a path: it is cut where it is shown. */
const LONGEST_NAME = 1024

const TRIAGE = [
  'Check that the diagnostic setting of the Azure OpenAI resource still exists and sends RequestResponse logs to this hub.',
  'Check that the event hub exists and gets messages: its incoming messages in Azure Monitor.',
  'Check that the key or connection string is still valid, and has the right to listen.',
  'See whether the resource itself is in use: its own metrics count calls that no log came of.',
  'If quiet times are normal for this source, make no_data longer than they are.',
]

/** Makes the record that says that a source fell silent, or that it is back. */
export function noDataRecord(config: ZeroLengthResponseConfig) {
  const { rule, no_data: after } = config
  const { text, number } = SEVERITIES.medium

  return (noData: NoData, now: Readonly<HrTime>): LogRecord => {
    const { status, lastSeen, silent } = noData
    const source = noData.source.slice(0, LONGEST_NAME).toWellFormed()
    const span = formatDuration(Math.floor(silent / 1000) * 1000)
    const last = lastSeen === undefined ? null : formatTime([lastSeen[0], lastSeen[1]])
    return new LogRecord({
      hrTime: [now[0], now[1]],
      hrTimeObserved: [now[0], now[1]],
      severityText: text,
      severityNumber: number,
      eventName: 'lacuna.no_data',
      body: sentence(status, source, span, last),
      attributes: {
        'event.kind': 'alert',
        'rule.id': rule.id,
        'rule.name': rule.name,
        'event.risk_score': RISK_SCORE,
        'lacuna.alert.id': noData.alertId,
        'lacuna.alert.episode_id': noData.episodeId,
        'lacuna.alert.status': status,
        'lacuna.alert.severity': 'medium',
        'lacuna.source': source,
        'lacuna.no_data.after': formatDuration(after ?? 0),
        'lacuna.no_data.last_seen': last,
        'lacuna.no_data.silent_ms': Math.round(silent),
        'lacuna.triage': [...TRIAGE],
      },
      resource: RESOURCE,
    })
  }
}

function sentence(status: NoData['status'], source: string, span: string, last: string | null): string {
  const since = last === null ? '' : ` The last one was of ${last}.`
  return status === 'open'
    ? `${source} has sent no records for ${span}, so nothing can be detected in it.${since}`
    : `${source} sends records again, after ${span} without any.`
}
