import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { directory, offsets, readAll, readContent } from './test-kit.ts'

const lines = Array.from(
  { length: 5000 },
  (_, index) => `{"n":${index},"x":"${(index * 2654435761) % 4294967296}"}`,
)
const packed = gzipSync(`${lines.join('\n')}\n`)

describe('gzip', () => {
  test('is known by its first bytes and not by its name', async () => {
    const root = directory({ 'a.log': packed, 'b.gz': 'plain\n' })
    const { bodies, error } = await readAll(root, { include: '*' })
    expect(bodies).toEqual([...lines, 'plain'])
    expect(error).toBeUndefined()
  })

  test('may have several members, an empty one among them, and zeros behind', async () => {
    const content = Buffer.concat([gzipSync('a\nb'), gzipSync(''), gzipSync('c\nd\n'), Buffer.alloc(512)])
    for (const chunkBytes of [3, 64, 65_536]) {
      const { bodies, error } = await readContent(content, {}, { chunkBytes })
      expect(bodies).toEqual(['a', 'bc', 'd'])
      expect(error).toBeUndefined()
    }
  })

  test('may begin with a byte order mark, and positions are those of the text', async () => {
    const { host, bodies } = await readContent(gzipSync('\ufeffab\r\nc\n'), {}, { maxBatch: 1 })
    expect(bodies).toEqual(['ab', 'c'])
    expect(offsets(host)).toEqual([7, 9])
  })

  test('cut short gives all that can be decompressed, then the error; other files are read', async () => {
    const root = directory({ a: packed.subarray(0, packed.length / 2), b: 'other\n' })
    const { host, bodies, error } = await readAll(root, { include: '*' })
    const read = bodies.filter((body) => body !== 'other').slice(0, -1)
    expect(read).toEqual(lines.slice(0, read.length))
    expect(read.length).toBeGreaterThan(2000)
    expect(bodies.at(-1)).toBe('other')
    expect(host.ledger.notes).toEqual({ damaged_gzip: 1 })
    expect(error).toMatchObject({ code: 'unreadable_input' })
    expect(String(error)).toMatch(/cannot read .*\/a: its gzip data is cut short or damaged/)
    expect(host.events.map((event) => event.replace(root, ''))).toEqual([
      'opened file:/a',
      'opened file:/b',
      'closed file:/a ended',
      'closed file:/b ended',
    ])
  })

  test('cut short by its checksum alone gives every line, then the error', async () => {
    const { bodies, error } = await readContent(packed.subarray(0, -8))
    expect(bodies).toEqual(lines)
    expect(error).toMatchObject({ code: 'unreadable_input' })
  })

  test('damaged in its middle ends there with an error', async () => {
    const damaged = Buffer.from(packed)
    damaged.fill(0xff, packed.length - 6000, packed.length - 5900)
    expect(() => gunzipSync(damaged)).toThrow()
    const { bodies, error } = await readContent(damaged)
    expect(bodies.length).toBeGreaterThan(0)
    expect(bodies[0]).toBe(lines[0])
    expect(error).toMatchObject({ code: 'unreadable_input' })
  })

  test('a file of its first three bytes alone is an error, not a crash', async () => {
    const { bodies, error } = await readContent(packed.subarray(0, 3))
    expect(bodies).toEqual([])
    expect(error).toMatchObject({ code: 'unreadable_input' })
  })

  test('one that inflates a thousand times does so in flat memory', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, 'x'))
    const base = process.memoryUsage.rss()
    const { host, bodies } = await readContent(bomb, { max_line_bytes: '64KiB' })
    expect(bodies.map((body) => String(body).length)).toEqual([65_536])
    expect(host.ledger.notes).toEqual({ line_truncated: 1 })
    expect(process.memoryUsage.rss() - base).toBeLessThan(48 * 2 ** 20)
  })

  test('progress counts compressed bytes', async () => {
    const { host } = await readContent(packed)
    expect(host.lastProgress).toEqual({ bytes: packed.length, total: packed.length })
  })
})
