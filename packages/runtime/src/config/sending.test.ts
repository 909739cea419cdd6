import { readFileSync } from 'node:fs'
import { type ComponentFactory, defineExporter } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sendingRows } from '../describe/component-schema.ts'
import { configJsonSchema } from '../describe/config-schema.ts'
import { optionRows } from '../describe/option-rows.ts'
import { components, fakes, load, mistakes, SERVICE } from './fakes.fixture.ts'
import { sendingTable } from './sending-table.fixture.ts'

const withExporter = (options: string) => `receivers: { file: { include: [a.ndjson] } }
processors: { detect: }
exporters:
  stdout: ${options}${SERVICE}`

describe('the options that every exporter has', () => {
  it('have defaults, and the exporter itself never sees them', async () => {
    const { exporters } = await load(withExporter('{ batch: { max_records: 5 }, timeout: 0s }'))
    expect(exporters.get('stdout')).toMatchObject({
      config: { format: 'json' },
      sending: {
        sending_queue: { max_records: 10_000, max_bytes: 67_108_864, overflow: 'block', concurrency: 1 },
        batch: { max_records: 5, max_bytes: 2_097_152, timeout: 0 },
        retry_on_failure: {
          enabled: true,
          initial_interval: 1000,
          max_interval: 30_000,
          max_elapsed_time: 300_000,
        },
        timeout: 0,
      },
    })
    expect(exporters.get('stdout')?.config).toEqual({ format: 'json' })
  })

  it('take numbers and booleans from the environment, and a bare key', async () => {
    const text = withExporter(
      `{ sending_queue: { max_records: "\${env:N}" }, retry_on_failure: { enabled: "\${env:B}" }, batch: }`,
    )
    const { exporters } = await load(text, { env: { N: '7', B: 'false' } })
    expect(exporters.get('stdout')?.sending).toMatchObject({
      sending_queue: { max_records: 7 },
      retry_on_failure: { enabled: false },
    })
  })

  it('are known to the hints of errors, beside the exporter’s own', async () => {
    expect(await mistakes(withExporter('{ sendin_queue: {}, formt: json }'))).toMatch(
      /did you mean "sending_queue"\?[\s\S]*did you mean "format"\?/,
    )
    expect(await mistakes(withExporter('{ sending_queue: { overflw: block } }'))).toContain(
      'unknown key "overflw" in exporters.stdout.sending_queue',
    )
    expect(await mistakes(withExporter('{ timeout: 30 }'))).toContain('"timeout" must be a duration')
    expect(await mistakes(withExporter('{ batch: { timeout: 60d } }'))).toContain('24 days')
  })

  it('are of no other kind of component', async () => {
    const text = withExporter('{}').replace('{ include: [a.ndjson] }', '{ include: [a.ndjson], timeout: 1s }')
    expect(await mistakes(text)).toContain('unknown key "timeout" in receivers.file')
  })

  it('cannot be an exporter’s own, which is then refused by name', async () => {
    const define = (config: z.ZodType) =>
      defineExporter({ type: 'stdout', description: 'Prints.', config, create: () => ({ export() {} }) })
    const told = (config: z.ZodType) =>
      mistakes(withExporter('{}'), { components: { ...components, exporters: { stdout: define(config) } } })
    expect(await told(z.strictObject({ timeout: z.string().optional() }))).toContain(
      'the exporter "stdout" has an option "timeout" of its own',
    )
    expect(await told(z.string())).toContain('takes no map')
    expect(await told(z.union([z.strictObject({}), z.strictObject({ a: z.string() })]))).toBe('')
  })

  it('are shown in a section of their own, with the defaults of the exporter', () => {
    const quiet: ComponentFactory = { ...fakes.stdout, defaults: { timeout: 0 } }
    expect(optionRows(fakes.stdout.config).map(({ path }) => path)).toEqual(['format'])
    expect(sendingRows(fakes.stdout).find(({ path }) => path === 'timeout')?.default).toBe('30s')
    expect(sendingRows(quiet).find(({ path }) => path === 'timeout')?.default).toBe('0s')
    expect(sendingRows(quiet).every(({ description }) => description !== '')).toBe(true)
    expect(sendingRows(fakes.file)).toEqual([])
  })

  it('stand in the README as the schema has them', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    expect(readme).toContain(sendingTable())
  })

  it('are in the editor’s schema of every exporter, also where it takes one of several maps', () => {
    const both = defineExporter({
      type: 'both',
      description: 'Either.',
      config: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
      create: () => ({ export() {} }),
    })
    const schema = JSON.stringify(configJsonSchema([fakes.stdout, both]))
    expect(schema.match(/"sending_queue"/g)).toHaveLength(3)
  })
})
