import type { Batch, LogRecord, Processor, SnapshotEntry } from '@lacuna/sdk'
import { type FakeReceiver, type Parts, SOURCE } from '../pipeline/fakes.fixture.ts'
import { type FakeStorage, fakeStorage } from './fake-storage.fixture.ts'

/** Parts with a storage, and the storage. */
export function stored(parts: Parts, storage = fakeStorage()): { storage: FakeStorage; parts: Parts } {
  return { storage, parts: { ...parts, extensions: { storage: storage.extension } } }
}

/** A processor that counts records by body, and gives each with its count so far: `x 1`, `x 2`. */
export function counting(options: { fingerprint?: string; version?: number } = {}): Processor & {
  readonly counts: Map<string, number>
} {
  const counts = new Map<string, number>()
  let changed = new Set<string>()
  const { fingerprint = 'counting', version = 1 } = options
  return {
    counts,
    process(batch: Batch): LogRecord[] {
      return batch.records.map((record) => {
        const key = String(record.body)
        const count = (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        changed.add(key)
        const told = record.clone()
        told.body = `${key} ${count}`
        return told
      })
    },
    snapshot() {
      const keys = [...changed]
      changed = new Set()
      const entries = keys.map((key): SnapshotEntry => [key, Buffer.from(String(counts.get(key)))])
      return { header: { version, fingerprint }, entries }
    },
    restore(_, entries) {
      for (const [key, value] of entries) counts.set(key, Number(Buffer.from(value ?? []).toString()))
    },
  }
}

/** A source that cannot be read again: what it sends has no position. */
export const PUSHED = { id: 'fake:pushed', finite: false }

/** Sends without a position. */
export function push(receiver: FakeReceiver, ...bodies: string[]): Promise<void> {
  return receiver.send(bodies, PUSHED)
}

/** Sends with one. */
export function send(receiver: FakeReceiver, position: string, ...bodies: string[]): Promise<void> {
  return receiver.send(bodies, SOURCE, position)
}
