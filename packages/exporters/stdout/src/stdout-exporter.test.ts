import { LogRecord, PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { exporterConformance, hostileRecords, testHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { brokenPipe, fakeOutput } from './fake-terminal.fixture.ts'
import stdout, { createStdoutExporter } from './index.ts'

const never = new AbortController().signal
const host = () => testHost({ id: 'stdout/test' })
const records = (count: number, length = 10) =>
  Array.from({ length: count }, (_, index) => new LogRecord({ body: `${index}`.padEnd(length, '.') }))
const json = (output = fakeOutput()) => ({
  output,
  exporter: createStdoutExporter({ format: 'json' }, host(), output),
})

/** Lets everything run that can run without time passing. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('the stdout exporter', () => {
  for (const format of ['json', 'pretty'] as const) {
    describe(`conformance, ${format}`, () => {
      let output = fakeOutput()
      const create: Parameters<typeof exporterConformance>[0]['create'] = (host) => {
        output = fakeOutput({ isTTY: format === 'pretty' })
        return createStdoutExporter({ format }, host, output)
      }
      const delivered = () => output.lines.length
      for (const check of exporterConformance({
        factory: stdout,
        create,
        records: () => records(5),
        delivered,
      })) {
        it(check.name, check.run)
      }
    })
  }

  it('is for a person on a terminal and for a program elsewhere, unless told', async () => {
    const firstLine = async (config: { format?: 'json' | 'pretty' }, isTTY: boolean) => {
      const output = fakeOutput({ isTTY })
      await createStdoutExporter(config, host(), output).export([new LogRecord({ body: 'hello' })], never)
      return output.lines[0]?.startsWith('{') ? 'json' : 'pretty'
    }
    expect(await firstLine({}, true)).toBe('pretty')
    expect(await firstLine({}, false)).toBe('json')
    expect(await firstLine({ format: 'json' }, true)).toBe('json')
    expect(await firstLine({ format: 'pretty' }, false)).toBe('pretty')
  })

  it('writes a line for each record, many in one write and none of them split', async () => {
    const { output, exporter } = json()
    await exporter.export(records(5000, 100), never)
    expect(output.lines).toHaveLength(5000)
    expect(output.lines.map((line) => Number.parseInt(JSON.parse(line).body, 10))).toEqual([
      ...Array(5000).keys(),
    ])
    expect(output.chunks.length).toBeLessThan(20)
    for (const chunk of output.chunks) {
      expect(chunk.endsWith('\n')).toBe(true)
      expect(chunk.length).toBeLessThan(70_000)
    }
  })

  it('writes nothing for no records', async () => {
    const { output, exporter } = json()
    await exporter.export([], never)
    expect(output.chunks).toEqual([])
  })

  it('waits for a slow reader with one write under way', async () => {
    const { output, exporter } = json()
    output.hold()
    let done = false
    const exported = Promise.resolve(exporter.export(records(5000, 100), never)).then(() => {
      done = true
    })
    await settle()
    expect(output.chunks).toHaveLength(1)
    while (!done) {
      const before = output.chunks.length
      output.take()
      await settle()
      expect(output.chunks.length - before).toBeLessThanOrEqual(1)
    }
    await exported
    expect(output.lines).toHaveLength(5000)
  })

  it('gives up waiting when the signal says so, and writes nothing more until the reader has taken the rest', async () => {
    const { output, exporter } = json()
    const controller = new AbortController()
    output.hold()
    const given = exporter.export(records(1), controller.signal)
    await settle()
    controller.abort()
    await expect(given).rejects.toThrow(RetryableError)

    const again = exporter.export(records(1), never)
    await settle()
    expect(output.chunks).toHaveLength(1)
    output.take()
    await settle()
    output.take()
    await again
    expect(output.chunks).toHaveLength(2)
  })

  it('takes a reader that has gone for the end, and says so once', async () => {
    const { output, exporter } = json()
    await exporter.export(records(1), never)
    output.fail(brokenPipe())
    await expect(exporter.export(records(1), never)).rejects.toThrow(PermanentError)
    await exporter.closed
    await expect(exporter.export(records(1), never)).rejects.toThrow(
      'stdout/test: nobody reads standard output any more',
    )
    await exporter.stop?.()
    expect(output.lines).toHaveLength(1)
  })

  it('names the records that came after the end', async () => {
    const { output, exporter } = json()
    output.hold()
    const exported = Promise.resolve(exporter.export(records(1500, 100), never)).catch(
      (error: unknown) => error,
    )
    await settle()
    const written = output.lines.length
    output.fail(brokenPipe())
    output.take()
    await settle()
    output.take()
    const error = await exported
    expect(error).toBeInstanceOf(PartialError)
    const { failed } = error as PartialError
    expect([failed[0], failed.at(-1), failed.length]).toEqual([written, 1499, 1500 - written])
  })

  it('does not call a full disk an end', async () => {
    const { output, exporter } = json()
    let closed = false
    exporter.closed?.then(() => {
      closed = true
    })
    output.fail(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
    await expect(exporter.export(records(1), never)).rejects.toThrow('cannot write standard output: ENOSPC')
    await settle()
    expect(closed).toBe(false)
  })

  it('writes the others when a record can be no line, and names it', async () => {
    const { output, exporter } = json()
    const impossible = new LogRecord()
    // As for a line that is longer than a string can be, without the gigabyte.
    impossible.setAttributeView({
      get: () => undefined,
      all: () => {
        throw new RangeError('Invalid string length')
      },
    })
    const exported = exporter.export([...records(1), impossible, ...records(1)], never)
    await expect(exported).rejects.toMatchObject({ code: 'partial', failed: [1] })
    expect(output.lines).toHaveLength(2)
  })

  it('listens for errors only while it writes, so that the process keeps its stream', async () => {
    const { output, exporter } = json()
    expect(output.listening).toBe(0)
    await exporter.export(records(1), never)
    expect(output.listening).toBe(1)
    await exporter.stop?.()
    expect(output.listening).toBe(0)
  })

  it('keeps one line a record in both formats, whatever is in them', async () => {
    const hostile = hostileRecords().filter((record) => record.eventName !== 'lacuna.alert')
    for (const format of ['json', 'pretty'] as const) {
      const output = fakeOutput({ isTTY: true, columns: 80 })
      await createStdoutExporter({ format }, host(), output).export(hostile, never)
      expect(output.lines).toHaveLength(hostile.length)
    }
  })
})
