import type { LogRecord } from '@lacuna/sdk'
import type { SlackConfig } from './config.ts'
import { alertMessage, resolvedReply, statusOf } from './message/alert.ts'
import { type Digest, digestMessage } from './message/digest.ts'
import { linkMaker } from './message/links.ts'
import type { Message } from './message/message.ts'
import { recordMessage } from './message/record.ts'
import { severityOf } from './message/severity.ts'

/** Makes messages of records. */
export interface Compose {
  /** A record in full. Mentions are for a message that is new: an edit calls nobody. */
  full(record: LogRecord, isNew: boolean): Message
  /** The end of an episode, for the thread of its message. */
  reply(record: LogRecord): Message
  digest(records: readonly LogRecord[]): Digest
}

export function createCompose({ links, mention }: Pick<SlackConfig, 'links' | 'mention'>): Compose {
  const linksOf = linkMaker(links)
  const mentionFor = (record: LogRecord) =>
    statusOf(record) === 'open' ? (mention[severityOf(record)] ?? '') : ''

  return {
    full: (record, isNew) =>
      isAlert(record)
        ? alertMessage(record, { links: linksOf(record), mention: isNew ? mentionFor(record) : '' })
        : recordMessage(record),
    reply: (record) => (isAlert(record) ? resolvedReply(record) : recordMessage(record)),
    digest(records) {
      const called = new Set<string>()
      for (const record of records)
        if (isAlert(record)) for (const part of mentionFor(record).split(' ')) called.add(part)
      return digestMessage(records, [...called].join(' ').trim())
    },
  }
}

function isAlert(record: LogRecord): boolean {
  return record.eventName === 'lacuna.alert'
}
