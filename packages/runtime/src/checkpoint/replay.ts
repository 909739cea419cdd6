import type { Logger, LogRecord, Storage } from '@lacuna/sdk'
import { fanOut } from '../pipeline/fan-out.ts'
import type { Intake } from '../pipeline/intake.ts'
import type { ChangeSet } from './change-set.ts'
import { headOf, recordsOf } from './packed-batch.ts'
import type { Passages } from './passages.ts'
import { fromJson, keyOf, numberOf, spaceOf, WAL } from './spaces.ts'
import { marksKey, type WriteAhead } from './write-ahead.ts'

/** A receiver's end of the pipelines, and what follows its batches. */
interface Followed {
  readonly intake: Intake
  readonly passages: Passages
}

/** What {@link replay} needs. */
export interface ReplayOptions {
  readonly storage: Storage
  readonly followed: readonly Followed[]
  readonly ahead: WriteAhead
  readonly changes: ChangeSet
  readonly logger: Logger
}

interface Written {
  readonly value: Uint8Array
  marks: string | undefined
}

/**
 * Gives the pipelines the batches that an earlier run had accepted and not taken in, in the order in which they came,
 * before any other. They wait for their turn by themselves: a dead exporter does not keep anybody from starting.
 *
 * @returns how many records
 */
export function replay({ storage, followed, ahead, changes, logger }: ReplayOptions): number {
  const batches = read(storage, changes)
  let records = 0
  let strangers = 0
  for (const [number, written] of batches) {
    ahead.countFrom(number + 1)
    const head = headOf(written.value)
    const one = followed.find(({ intake }) => intake.id === head?.receiver)
    if (head === undefined) setAside(number, written, 'unknown', changes)
    else if (one === undefined) strangers++
    else records += again(number, written, one)
  }
  if (strangers > 0)
    logger.warn(
      { batches: strangers },
      `${strangers} batches of receivers that are not in the configuration stay in the storage until they are`,
    )
  return records

  function again(number: number, written: Written, { intake, passages }: Followed): number {
    const head = headOf(written.value)
    const marked = written.marks === undefined ? undefined : fromJson(Buffer.from(written.marks))
    const lines = Array.isArray(marked)
      ? intake.lines.filter((line) => marked.includes(line.id))
      : intake.lines
    if (head === undefined || lines.length === 0) {
      changes.remove(WAL, keyOf(number))
      changes.remove(WAL, marksKey(number))
      return 0
    }
    const list = readable(number, written, intake)
    const { source } = head
    const batch = { source, records: list }
    const way = passages.again(batch, lines)
    ahead.adopt(number, written.marks, way)
    intake.account.out += list.length
    intake.account.ledger.noted('replayed', list.length)
    for (const line of lines) line.sourceOpened(source)
    void fanOut(lines, batch, way)
    return list.length
  }

  function readable(number: number, written: Written, { id, account }: Intake): LogRecord[] {
    try {
      const all = recordsOf(written.value)
      const list = all.filter((record) => record !== undefined)
      account.ledger.dropped('undecodable', all.length - list.length)
      return list
    } catch {
      account.ledger.dropped('undecodable', headOf(written.value)?.records ?? 0)
      setAside(number, written, id, changes)
      return []
    }
  }
}

function setAside(number: number, { value }: Written, id: string, changes: ChangeSet): void {
  changes.put(spaceOf('undecodable', id), `wal ${keyOf(number)}`, value)
  changes.remove(WAL, keyOf(number))
  changes.remove(WAL, marksKey(number))
}

/** All that was written down, by number. A note on what is not there any more is taken away. */
function read(storage: Storage, changes: ChangeSet): Map<number, Written> {
  const batches = new Map<number, Written>()
  for (const [key, value] of storage.entries(WAL)) {
    const number = numberOf(key)
    if (number !== undefined) {
      batches.set(number, { value: Buffer.from(value), marks: undefined })
      continue
    }
    const of = numberOf(key.slice(0, key.indexOf('.')))
    const batch = of === undefined ? undefined : batches.get(of)
    if (batch === undefined) changes.remove(WAL, key)
    else batch.marks = Buffer.from(value).toString()
  }
  return batches
}
