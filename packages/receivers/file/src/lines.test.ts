import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { directory, offsets, readAll, readContent } from './test-kit.ts'

/** Chunks so small that every line, line end and character falls across one somewhere. */
const everyChunk = [3, 4, 5, 7, 11, 64]

describe('lines', () => {
  test('each line is a record whose body is the line', async () => {
    const { host, bodies, error } = await readContent('{"a":1}\n{"b":2}\n')
    expect(bodies).toEqual(['{"a":1}', '{"b":2}'])
    expect(error).toBeUndefined()
    expect(host.ledger.notes).toEqual({})
  })

  test('the last line counts without a line end', async () => {
    expect((await readContent('a\nb')).bodies).toEqual(['a', 'b'])
  })

  test('the end of a line is LF or CRLF, and a CR inside a line belongs to it', async () => {
    expect((await readContent('a\r\nb\nc\rd\r\n')).bodies).toEqual(['a', 'b', 'c\rd'])
  })

  test('blank lines are passed over and counted', async () => {
    const { host, bodies } = await readContent('\na\n \t \n\r\nb\n\n')
    expect(bodies).toEqual(['a', 'b'])
    expect(host.ledger.notes).toEqual({ blank_line: 4 })
  })

  test('a line that begins with a space is not blank and keeps it', async () => {
    expect((await readContent(' a \n\tb\n')).bodies).toEqual([' a ', '\tb'])
  })

  test('a byte order mark is no part of the first line, and elsewhere stays', async () => {
    expect((await readContent('\ufeffa\n\ufeffb\n')).bodies).toEqual(['a', '\ufeffb'])
    expect((await readContent('\ufeff')).bodies).toEqual([])
  })

  test('an empty file has no record, and its source is opened and closed', async () => {
    const { host, error } = await readContent('')
    expect(host.events.map((event) => event.replace(/file:.*\/a/, 'file:a'))).toEqual([
      'opened file:a',
      'closed file:a ended',
    ])
    expect(host.batches).toEqual([])
    expect(error).toBeUndefined()
  })

  for (const chunkBytes of everyChunk) {
    test(`chunks of ${chunkBytes} bytes change nothing`, async () => {
      const lines = ['\u00e4\u20ac\ud83d\ude00', '', 'plain', ' ', '\u65e5\u672c', 'x'.repeat(100)]
      const { host, bodies } = await readContent(`\ufeff${lines.join('\r\n')}`, {}, { chunkBytes })
      expect(bodies).toEqual(lines.filter((line) => line.trim() !== ''))
      expect(host.ledger.notes).toEqual({ blank_line: 2 })
    })
  }
})

describe('positions', () => {
  const content = '\ufeffa\u00e4\r\n\nb\xff\n\ud83d\ude00 c\nlast'

  test('the position of a batch is the byte after its last line', async () => {
    const { host } = await readContent(content, {}, { maxBatch: 1 })
    const ends = ['\ufeffa\u00e4\r\n', '\nb\xff\n', '\ud83d\ude00 c\n', 'last']
    let end = 0
    expect(offsets(host)).toEqual(
      ends.map((line) => {
        end += Buffer.byteLength(line)
        return end
      }),
    )
  })

  test('it is the same whatever the chunks', async () => {
    const whole = await readContent(content, {}, { maxBatch: 1 })
    for (const chunkBytes of everyChunk) {
      const { host } = await readContent(content, {}, { chunkBytes, maxBatch: 1 })
      expect(offsets(host)).toEqual(offsets(whole.host))
    }
  })

  test('after a line that was cut it is behind the whole line', async () => {
    const { host } = await readContent(`${'x'.repeat(1000)}\nb\n`, { max_line_bytes: 16 }, { maxBatch: 1 })
    expect(offsets(host)).toEqual([1001, 1003])
    const small = { chunkBytes: 32, maxBatch: 1 }
    const again = await readContent(`${'x'.repeat(1000)}\nb\n`, { max_line_bytes: 16 }, small)
    expect(offsets(again.host)).toEqual([1001, 1003])
  })
})

describe('long lines', () => {
  const settings = { max_line_bytes: 16 }

  test('a line of exactly max_line_bytes is whole, with either line end and with none', async () => {
    const line = 'x'.repeat(16)
    for (const chunkBytes of everyChunk) {
      const { host, bodies } = await readContent(`${line}\n${line}\r\n${line}`, settings, { chunkBytes })
      expect(bodies).toEqual([line, line, line])
      expect(host.ledger.notes).toEqual({})
    }
  })

  test('a longer one is cut there, its rest is discarded, and the next line is whole', async () => {
    for (const chunkBytes of everyChunk) {
      const content = `${'x'.repeat(17)}\nb\n${'y'.repeat(500)}\r\nd\n${'z'.repeat(99)}`
      const { host, bodies } = await readContent(content, settings, { chunkBytes })
      expect(bodies).toEqual(['x'.repeat(16), 'b', 'y'.repeat(16), 'd', 'z'.repeat(16)])
      expect(host.ledger.notes).toEqual({ line_truncated: 3 })
    }
  })

  test('the cut never falls into a character', async () => {
    for (const chunkBytes of everyChunk) {
      // 15 bytes, then one of two, three and four bytes.
      const lines = ['\u00e4', '\u20ac', '\ud83d\ude00'].map((wide) => `${'x'.repeat(15)}${wide}${wide}`)
      const { host, bodies } = await readContent(lines.join('\n'), settings, { chunkBytes })
      expect(bodies).toEqual(Array(3).fill('x'.repeat(15)))
      expect(host.ledger.notes).toEqual({ line_truncated: 3 })
    }
  })

  test('lengths are bytes and not characters', async () => {
    const { bodies } = await readContent(`${'\u20ac'.repeat(6)}\n${'\u00e4'.repeat(8)}\n`, settings)
    expect(bodies).toEqual(['\u20ac'.repeat(5), '\u00e4'.repeat(8)])
  })

  test('a line of 100 MB goes through in flat memory', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x')
    let left = (100 * 2 ** 20) / chunk.length
    let peak = 0
    const base = process.memoryUsage.rss()
    const stdin = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('before\n')
          while (left-- > 0) {
            if (left % 16 === 0) {
              await setImmediate()
              peak = Math.max(peak, process.memoryUsage.rss() - base)
            }
            yield chunk
          }
          yield Buffer.from('\nafter\n')
        })(),
        { objectMode: false },
      )
    const { host, bodies } = await readAll('/', { include: '-' }, {}, { stdin })
    expect(bodies.map((body) => String(body).length)).toEqual([6, 2 ** 20, 5])
    expect(host.ledger.notes).toEqual({ line_truncated: 1 })
    expect(peak).toBeLessThan(40 * 2 ** 20)
  })
})

describe('bytes that are no UTF-8', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

  test('are replaced, and the lines that had some are counted', async () => {
    for (const chunkBytes of everyChunk) {
      const content = bytes(
        'good \u00e4\n',
        [0xff, 0xfe],
        ' x ',
        [0x80],
        '\n',
        'cut ',
        [0xe2, 0x82],
        '\nlast\n',
      )
      const { host, bodies } = await readContent(content, {}, { chunkBytes })
      expect(bodies).toEqual(['good \u00e4', '\ufffd\ufffd x \ufffd', 'cut \ufffd', 'last'])
      expect(host.ledger.notes).toEqual({ invalid_utf8: 2 })
    }
  })

  test('a binary file is read as lines, none of it throws, and the file beside it is whole', async () => {
    const noise = Buffer.from(
      Array.from({ length: 20_000 }, (_, index) => (index * 7919 + (index >> 3)) % 256),
    )
    const { host, error } = await readAll(directory({ 'a.bin': noise, b: 'text\n' }), {
      include: ['a.bin', 'b'],
    })
    expect(error).toBeUndefined()
    expect(host.records.at(-1)?.body).toBe('text')
    expect(host.ledger.notes.invalid_utf8).toBeGreaterThan(10)
  })

  test('a long line of them is cut at the limit', async () => {
    const { host, bodies } = await readContent(bytes(Array(40).fill(0x80), '\n'), { max_line_bytes: 16 })
    expect(bodies).toEqual(['\ufffd'.repeat(16)])
    expect(host.ledger.notes).toEqual({ line_truncated: 1, invalid_utf8: 1 })
  })

  test('a file in UTF-16 is told in the log', async () => {
    const { host } = await readContent(Buffer.from('\ufeffa\n', 'utf16le'))
    expect(host.log).toEqual([expect.stringContaining('iconv -f UTF-16 -t UTF-8')])
  })
})

describe('batches', () => {
  test('hold at most so many records, in order, all with one time of observation', async () => {
    const lines = Array.from({ length: 1300 }, (_, index) => `line ${index}`)
    const { host, bodies } = await readContent(`${lines.join('\n')}\n`)
    expect(bodies).toEqual(lines)
    expect(host.batches.map((batch) => batch.records.length)).toEqual([512, 512, 276])
    expect(new Set(host.records.map((record) => record.hrTimeObserved[0]))).toEqual(
      new Set([host.clock.now()[0]]),
    )
  })

  test('records of a file share a resource that names it', async () => {
    const root = directory({ a: 'x\ny\n' })
    const { host } = await readAll(root, { include: 'a' })
    expect(host.records[0]?.resource.attributes).toEqual({ 'log.file.path': `${root}/a` })
    expect(host.records[1]?.resource).toBe(host.records[0]?.resource)
  })

  test('pieces of text larger than the decoder takes at once lose nothing', async () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      index % 7 === 0
        ? `${index}:${'w'.repeat(70_000)}`
        : `${index}:${index % 5 === 0 ? '\u20ac' : ''}${'v'.repeat(900)}`,
    )
    const { bodies } = await readContent(lines.join('\n'))
    expect(bodies).toEqual(lines)
  })
})
