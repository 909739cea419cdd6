import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { followed } from './follow-kit.fixture.ts'
import { directory, readAll } from './test-kit.ts'

type Run = Awaited<ReturnType<typeof readAll>>

/** What a checkpoint holds after these runs. */
function saved(...runs: readonly Run[]): Map<string, string> {
  const positions = new Map<string, string>()
  for (const { host } of runs)
    for (const { source, position } of host.batches)
      if (position !== undefined) positions.set(source.id, position)
  return positions
}

describe('a finite run that is repeated with storage', () => {
  for (const ordered of [false, true])
    test(`reads only what is new (${ordered ? 'merged' : 'one after the other'})`, async () => {
      const root = directory({ a: '1\n', b: 'x\n', 'c.gz': gzipSync('g\n') })
      const options = ordered ? { watermark: () => undefined } : {}
      const first = await readAll(root, { include: '*' }, options)
      expect(first.bodies.toSorted()).toEqual(['1', 'g', 'x'])
      appendFileSync(join(root, 'a'), '2\n3\n')
      writeFileSync(join(root, 'c.gz'), Buffer.concat([gzipSync('g\n'), gzipSync('h\n')]))
      writeFileSync(join(root, 'd'), 'new\n')
      const second = await readAll(root, { include: '*' }, { ...options, positions: saved(first) })
      expect(second.bodies.toSorted()).toEqual(['2', '3', 'h', 'new'])
      const third = await readAll(root, { include: '*' }, { ...options, positions: saved(first, second) })
      expect(third.bodies).toEqual([])
      expect(third.error).toBeUndefined()
      expect(third.host.events).toHaveLength(8)
    })

  test('goes on in the middle, wherever it was stopped, also of a gzip file', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i} ${'x'.repeat(i % 50)}`)
    const text = `\ufeff${lines.join('\n')}\n`
    for (const content of [text, gzipSync(text)]) {
      const root = directory({ a: content })
      const whole = await readAll(root, { include: 'a' }, {}, { maxBatch: 37 })
      expect(whole.bodies).toEqual(lines)
      let read = 0
      for (const { source, records, position } of whole.host.batches) {
        read += records.length
        const positions = new Map([[source.id, position ?? '']])
        const rest = await readAll(root, { include: 'a' }, { positions }, { chunkBytes: 1000 })
        expect(rest.bodies).toEqual(lines.slice(read))
      }
    }
  })

  test('reads a file that was replaced or truncated from its beginning', async () => {
    const root = directory({ a: 'one\n' })
    const first = await readAll(root, { include: 'a' })
    writeFileSync(join(root, 'a'), 'a longer one\n')
    const second = await readAll(root, { include: 'a' }, { positions: saved(first) })
    expect(second.bodies).toEqual(['a longer one'])
  })

  for (const include of ['a.log', 'a.log*'])
    for (const compress of [false, true])
      test(`reads the rest of a ${compress ? 'compressed' : 'renamed'} predecessor first (${include})`, async () => {
        const root = directory({ 'a.log': '1\n' })
        const path = join(root, 'a.log')
        const first = await readAll(root, { include })
        appendFileSync(path, '2\n')
        renameSync(path, `${path}.1`)
        if (compress) {
          writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)))
          rmSync(`${path}.1`)
        }
        writeFileSync(path, '3\n')
        const second = await readAll(root, { include }, { positions: saved(first) })
        expect(second.bodies).toEqual(['2', '3'])
        expect(new Set(second.host.batches.map(({ source }) => source.id))).toEqual(new Set([`file:${path}`]))
        const third = await readAll(root, { include }, { positions: saved(first, second) })
        expect(third.bodies).toEqual([])
      })

  test('goes on where a run that followed has come to, and the other way round', async () => {
    const root = directory({ a: '1\n' })
    const settings = { include: 'a', start_at: 'beginning' }
    const following = await followed(root, settings)
    await following.poll()
    await following.receiver.stop()
    appendFileSync(join(root, 'a'), '2\n')
    const once = await readAll(root, settings, { positions: following.positions() })
    expect(once.bodies).toEqual(['2'])
    appendFileSync(join(root, 'a'), '3\n')
    const again = await followed(root, settings, { positions: saved(once) })
    await again.poll()
    expect(again.bodies()).toEqual(['3'])
  })
})
