import type { Alert, Overflow } from '@lacuna/detection'
import { time } from '@lacuna/detection'
import type { Attributes, HrTime, Resource } from '@lacuna/sdk'
import { formatTime, LogRecord } from '@lacuna/sdk'
import type { ZeroLengthResponseConfig } from './config.ts'
import { EVIDENCE_LISTS } from './evidence.ts'
import { SEVERITIES } from './rule.ts'

/** The resource of every record that the detector makes. */
export const RESOURCE: Resource = Object.freeze({
  attributes: Object.freeze({ 'service.name': 'lacuna' }),
  droppedAttributesCount: 0,
})

/** Makes records of what the detector says: one page for all statuses, every attribute in every one. */
export function alertRecords(config: ZeroLengthResponseConfig, groupBy: readonly string[]) {
  const { rule, threshold, window } = config
  const { text, number } = SEVERITIES[rule.severity]

  const attributesOf = (alert: Alert): Attributes => {
    const { evidence } = alert
    const attributes: Attributes = {
      'event.kind': 'alert',
      'rule.id': rule.id,
      'rule.uuid': rule.uuid,
      'rule.name': rule.name,
      'rule.reference': rule.reference,
      'event.risk_score': rule.risk_score,
    }
    if (alert.isContinued) attributes['lacuna.alert.continued'] = true
    groupBy.forEach((name, place) => {
      attributes[name] = alert.group[place] ?? null
    })
    Object.assign(attributes, {
      'lacuna.alert.id': alert.alertId,
      'lacuna.alert.episode_id': alert.episodeId,
      'lacuna.alert.status': alert.status,
      'lacuna.alert.severity': rule.severity,
      'lacuna.alert.count': alert.count,
      'lacuna.alert.peak': alert.peak,
      'lacuna.alert.threshold': threshold,
      'lacuna.alert.total': alert.total,
      'lacuna.alert.share': alert.total === 0 ? null : Math.round((alert.count / alert.total) * 1e4) / 1e4,
      'lacuna.window.type': window.type,
      'lacuna.window.size': window.size,
      'lacuna.window.start': formatTime(time(alert.windowStart)),
      'lacuna.window.end': formatTime(time(alert.windowEnd)),
      'lacuna.evidence.first_seen': formatTime(time(evidence.firstSeen)),
      'lacuna.evidence.last_seen': formatTime(time(evidence.lastSeen)),
    })
    EVIDENCE_LISTS.forEach((name, place) => {
      attributes[`lacuna.evidence.${name}`] = [...(evidence.lists[place] ?? [])]
    })
    const lengths = evidence.numbers[0] ?? null
    for (const figure of ['min', 'median', 'p95', 'max'] as const) {
      attributes[`lacuna.evidence.request_length.${figure}`] = lengths?.[figure] ?? null
    }
    attributes['lacuna.evidence.timeline'] = [...evidence.timeline]
    attributes['lacuna.evidence.truncated'] = evidence.truncated
    attributes['lacuna.triage'] = [...rule.triage]
    attributes['lacuna.response'] = [...rule.response]
    return attributes
  }

  const sentence = ({ status, group, count, total, peak }: Alert) => {
    const name = group.map((value) => value ?? 'no name').join(', ')
    const share = total === 0 ? `${count}` : `${count} of ${total}`
    if (status === 'resolved') {
      return `${name} answers again: fewer than ${recoverBelow} empty chat completions within ${window.size}, ${peak} at the worst.`
    }
    const still = status === 'update' ? 'still ' : ''
    return `${name} ${still}answers with nothing: ${share} chat completions within ${window.size} came back empty.`
  }

  const recoverBelow = config.recover_below ?? Math.ceil(threshold / 2)

  return {
    alert(alert: Alert, observed: HrTime): LogRecord {
      return new LogRecord({
        hrTime: [...time(alert.at)] as HrTime,
        hrTimeObserved: observed,
        severityText: text,
        severityNumber: number,
        eventName: 'lacuna.alert',
        body: sentence(alert),
        attributes: attributesOf(alert),
        resource: RESOURCE,
      })
    },

    /** What is told when there are more groups than are held: nothing is lost in silence. */
    overflow(overflow: Overflow, observed: HrTime): LogRecord {
      const { evicted, refused } = overflow
      return new LogRecord({
        hrTime: [...time(overflow.at)] as HrTime,
        hrTimeObserved: observed,
        severityText: SEVERITIES.medium.text,
        severityNumber: SEVERITIES.medium.number,
        eventName: 'lacuna.max_groups',
        body: `More than ${config.max_groups} groups at once: ${evicted} with matches were given up, ${refused} records found no place.`,
        attributes: {
          'event.kind': 'event',
          'rule.id': rule.id,
          'lacuna.groups.max': config.max_groups,
          'lacuna.groups.evicted': evicted,
          'lacuna.groups.refused': refused,
        },
        resource: RESOURCE,
      })
    },
  }
}
