import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receiverConformance } from '@lacuna/sdk/testing'
import { describe, test } from 'vitest'
import { fileReceiver } from './file-receiver.ts'
import factory from './index.ts'

const FILES = 3
const LINES = 2000

/** Three files, of several batches each. */
function threeFiles(settings: Readonly<Record<string, unknown>>) {
  const root = mkdtempSync(join(tmpdir(), 'lacuna-file-'))
  for (let file = 0; file < FILES; file++)
    writeFileSync(join(root, `${file}.log`), Array.from({ length: LINES }, (_, i) => `line ${i}\n`).join(''))
  return {
    config: { include: `${root}/*.log`, start_at: 'beginning', ...settings },
    records: FILES * LINES,
    cleanUp: () => rmSync(root, { recursive: true, force: true }),
  }
}

for (const follow of [true, false])
  describe(follow ? 'a receiver that follows' : 'a receiver that reads once', () => {
    for (const check of receiverConformance({
      factory: factory as never,
      input: () => threeFiles({ follow }),
      create(config, host) {
        const receiver = fileReceiver(config as never, host)
        if (!follow) return receiver
        // It is there to reject; the checks take a receiver that has it for one that ends.
        const { done: _, ...rest } = receiver
        return rest
      },
      ...(!follow && { broken: { include: '/no/such/file', follow } }),
    }))
      test(check.name, check.run)
  })
