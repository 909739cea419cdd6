import { decodeLogsJson } from '@lacuna/otlp'
import { LogRecord } from '@lacuna/sdk'
import { exporterConformance, hostileRecords, testHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { fakeOutput } from './fake-terminal.fixture.ts'
import stdout, { createStdoutExporter } from './index.ts'

const never = new AbortController().signal
const exporterTo = (output: ReturnType<typeof fakeOutput>) =>
  createStdoutExporter({ format: 'otlp_json' }, testHost({ id: 'stdout/test' }), output)

describe('the stdout exporter, otlp_json', () => {
  describe('conformance', () => {
    let output = fakeOutput()
    const checks = exporterConformance({
      factory: stdout,
      create: () => {
        output = fakeOutput()
        return exporterTo(output)
      },
      records: () => [1, 2, 3].map((body) => new LogRecord({ body })),
      delivered: () => output.lines.reduce((sum, line) => sum + decodeLogsJson(line).length, 0),
    })
    for (const check of checks) it(check.name, check.run)
  })

  it('writes a line for each batch, with every type and digit', async () => {
    const output = fakeOutput()
    const exporter = exporterTo(output)
    const resource = { attributes: { 'service.name': 'lacuna' }, droppedAttributesCount: 0 }
    const attributes = { big: 2n ** 63n - 1n, bytes: new Uint8Array([1, 2]), nothing: null }
    await exporter.export(
      [
        new LogRecord({ hrTime: [1_789_380_000, 1], body: 'a', attributes, resource }),
        new LogRecord({ body: 'b', resource }),
      ],
      never,
    )
    await exporter.export([new LogRecord({ body: 'c' })], never)
    await exporter.export([], never)
    expect(output.lines).toHaveLength(2)
    expect(output.lines[0]).toBe(
      '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"lacuna"}}]},' +
        '"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1789380000000000001","body":{"stringValue":"a"},' +
        '"attributes":[{"key":"big","value":{"intValue":"9223372036854775807"}},' +
        '{"key":"bytes","value":{"bytesValue":"AQI="}},{"key":"nothing","value":{}}]},' +
        '{"body":{"stringValue":"b"}}]}]}]}',
    )
  })

  it('lets nothing through that could steer a terminal, and stays on its line', async () => {
    const output = fakeOutput({ isTTY: true })
    await exporterTo(output).export(hostileRecords(), never)
    expect(output.lines).toHaveLength(1)
    expect(output.lines[0]).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
    expect(decodeLogsJson(output.lines[0] ?? '')).toHaveLength(hostileRecords().length)
  })

  it('writes the others when a record can be in no line, and names it', async () => {
    const impossible = new LogRecord()
    // As for a line that is longer than a string can be, without the gigabyte.
    impossible.setAttributeView({
      get: () => undefined,
      all: () => {
        throw new RangeError('Invalid string length')
      },
    })
    const output = fakeOutput()
    const [before, after] = [new LogRecord({ body: 'before' }), new LogRecord({ body: 'after' })]
    const exported = exporterTo(output).export([before, impossible, after], never)
    await expect(exported).rejects.toMatchObject({ code: 'partial', failed: [1] })
    expect(output.lines.flatMap((line) => decodeLogsJson(line)).map(({ body }) => body)).toEqual([
      'before',
      'after',
    ])
  })
})
