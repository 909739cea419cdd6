import { fromMillis, type HrTime, type ReceiverHost } from '@lacuna/sdk'
import { describe, expect, test } from 'vitest'
import { directory, loggingHost, readAll, receiver } from './test-kit.ts'
import { timeHeap } from './time-heap.ts'

/** Watermarks as a detector keeps them: the greatest second seen per source; a body is `second name`. */
function detector() {
  const marks = new Map<string, HrTime>()
  const watermark: ReceiverHost['watermark'] = (source) => marks.get(source.id)
  const consume: ReceiverHost['consume'] = async (batch) => {
    for (const record of batch.records) {
      const second = Number.parseInt(String(record.body), 10)
      if (Number.isNaN(second)) continue
      const before = marks.get(batch.source.id)
      if (before === undefined || before[0] < second) marks.set(batch.source.id, fromMillis(second * 1000))
    }
  }
  return { watermark, consume }
}

describe('several files where the order of time matters', () => {
  test('give always a record of the one whose watermark is least, ties by path', async () => {
    const root = directory({ a: '1 a\n4 a\n9 a\n', b: '2 b\n4 b\n5 b\n', c: '0 c\n6 c\n' })
    const { host, bodies } = await readAll(root, { include: '*' }, detector())
    // Each is asked once while it has no time; then c (0) is least, then a (1), b (2), and so on.
    expect(bodies).toEqual(['1 a', '2 b', '0 c', '6 c', '4 a', '4 b', '9 a', '5 b'])
    expect(host.batches.slice(0, -1).every((batch) => batch.records.length === 1)).toBe(true)
  })

  test('a file whose records have no time yet goes on until it has one', async () => {
    const root = directory({ a: '5 a\n', b: 'b\nb\n1 b\n7 b\n' })
    expect((await readAll(root, { include: '*' }, detector())).bodies).toEqual([
      '5 a',
      'b',
      'b',
      '1 b',
      '7 b',
    ])
  })

  test('what is left of the last file goes in big batches', async () => {
    const root = directory({
      a: '1 a\n',
      b: Array.from({ length: 100 }, (_, at) => `${at + 2} b`).join('\n'),
    })
    const { host } = await readAll(root, { include: '*' }, detector())
    expect(host.records).toHaveLength(101)
    expect(host.batches.length).toBeLessThan(6)
  })

  test('all sources are opened before the first batch, each is closed after its last', async () => {
    const root = directory({ a: '1 a\n', b: '', c: '2 c\n3 c\n' })
    const order: string[] = []
    const { consume, watermark } = detector()
    const host = loggingHost({
      watermark,
      async consume(batch) {
        order.push(`${host.events.length} events before ${batch.records[0]?.body}`)
        await consume(batch)
      },
    })
    const component = receiver(root, { include: '*' }, host)
    await component.start()
    await component.done
    expect(order).toEqual(['3 events before 1 a', '4 events before 2 c', '5 events before 3 c'])
    expect(host.events.slice(3).map((event) => event.replace(root, ''))).toEqual([
      'closed file:/b ended',
      'closed file:/a ended',
      'closed file:/c ended',
    ])
  })

  test('the order is that of a naive merge, whatever the chunks', async () => {
    const files: Record<string, string[]> = {}
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    for (let file = 0; file < 12; file++) {
      let second = random(50)
      files[`f${String(file).padStart(2, '0')}`] = Array.from({ length: random(60) }, () => {
        second = Math.max(0, second + random(12) - 3)
        return `${second} ${file}`
      })
    }
    const expected: string[] = []
    const left = Object.entries(files).map(([, lines]) => ({
      lines: [...lines],
      mark: Number.NEGATIVE_INFINITY,
    }))
    for (;;) {
      const open = left.filter((file) => file.lines.length > 0)
      if (open.length === 0) break
      const least = Math.min(...open.map((file) => file.mark))
      const next = open.find((file) => file.mark === least)
      const line = next?.lines.shift() ?? ''
      expected.push(line)
      if (next !== undefined) next.mark = Math.max(next.mark, Number.parseInt(line, 10))
    }
    const root = directory(
      Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, lines.join('\n')])),
    )
    for (const chunkBytes of [16, 1000, 65_536])
      expect((await readAll(root, { include: '*' }, detector(), { chunkBytes })).bodies).toEqual(expected)
  })

  test('more files than can be open together are refused before anything is read', async () => {
    const host = loggingHost(detector())
    const component = receiver(directory({ a: '', b: '', c: '' }), { include: '*' }, host, { mergeLimit: 2 })
    await expect(component.start()).rejects.toMatchObject({
      code: 'too_many_files',
      message:
        'file: 3 files match, and at most 2 can be read together in the order of time; ' +
        'narrow include, or join files that follow each other',
    })
    expect(host.events).toEqual([])
  })
})

describe('several files where it does not matter', () => {
  test('are read one after the other in the order of their paths, in big batches', async () => {
    const root = directory({ b: '1\n2\n', a: '3\n4\n' })
    const { host, bodies } = await readAll(root, { include: '*' })
    expect(bodies).toEqual(['3', '4', '1', '2'])
    expect(host.batches).toHaveLength(2)
  })
})

describe('the heap', () => {
  test('compares nanoseconds and takes ties in the order of the list', () => {
    const heap = timeHeap(['a', 'b', 'c'])
    const take = (time: HrTime | undefined) => {
      const first = heap.first()
      heap.moved(time)
      return first
    }
    expect(take([5, 2])).toBe('a')
    expect(take([5, 1])).toBe('b')
    expect(take([5, 2])).toBe('c')
    expect(take([6, 0])).toBe('b')
    expect(take([6, 0])).toBe('a')
    expect(take([6, 0])).toBe('c')
    expect(take(undefined)).toBe('a')
    heap.drop()
    heap.drop()
    expect(heap.first()).toBe('c')
    heap.drop()
    expect(heap.size).toBe(0)
    expect(heap.first()).toBeUndefined()
  })
})
