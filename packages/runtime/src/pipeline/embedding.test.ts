import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineExporter, defineReceiver } from '@lacuna/sdk'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createPipeline } from './create-pipeline.ts'
import { batchOf } from './fakes.fixture.ts'
import type { Summary } from './summary.ts'

const PACKAGE = new URL('../../', import.meta.url).pathname
const ARGS = ['--conditions=source']
// Within the package, so that its imports are found.
const directory = mkdtempSync(join(PACKAGE, '.embedding-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs a module in a process of its own; what it prints is JSON. */
function runModule(name: string, text: string): unknown {
  const path = join(directory, name)
  writeFileSync(path, text)
  const { stdout, stderr, status } = spawnSync(process.execPath, [...ARGS, path], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

const config = z.strictObject({})
const components = {
  receivers: {
    one: defineReceiver({
      type: 'one',
      description: 'One record.',
      config,
      create: (_, host) => ({
        start: () => host.consume(batchOf(['hello'])),
        stop() {},
        done: Promise.resolve(),
      }),
    }),
  },
  exporters: {
    list: defineExporter({
      type: 'list',
      description: 'Keeps bodies under a name.',
      config: z.strictObject({ name: z.string().describe('The name.') }),
      create: ({ name }) => ({ export: (records) => void kept.push([name, records[0]?.body]) }),
    }),
  },
}
const kept: unknown[] = []

describe('embedding', () => {
  it('works as the README says', () => {
    const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8')
    const running = readme.slice(readme.indexOf('## Running'))
    const code = /```ts\n(.*?)```/s.exec(running)?.[1] ?? ''
    expect(code).toContain('createPipeline')
    const printed = runModule('readme.ts', `${code}\nconsole.log(JSON.stringify({ delivered, summary }))\n`)
    const { delivered, summary } = printed as { delivered: unknown[]; summary: Summary }
    expect(delivered).toEqual([1, 3])
    expect(summary.components.map(({ id, in: came, out, dropped }) => [id, came, out, dropped])).toEqual([
      ['numbers', 3, 3, {}],
      ['odd', 3, 2, { even: 1 }],
      ['memory', 2, 2, {}],
    ])
  })

  it('takes YAML text, with the variables that it is given', async () => {
    const text = [
      'receivers: { one: }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Lacuna's own reference
      'exporters: { list: { name: "${env:NAME}" } }',
      'service: { pipelines: { logs: { receivers: [one], exporters: [list] } } }',
    ].join('\n')
    const pipeline = await createPipeline(text, { components, env: { NAME: 'given' } })
    await pipeline.start()
    await pipeline.done
    expect(kept).toEqual([['given', 'hello']])
  })

  it('refuses a configuration with a mistake in it', async () => {
    await expect(createPipeline({ receivers: { one: { folow: 1 } } }, { components })).rejects.toThrow(
      /folow/,
    )
  })

  it('keeps the process alive while a delivery waits for its next try, and no longer', () => {
    const fakes = JSON.stringify(join(PACKAGE, 'src/pipeline/fakes.fixture.ts'))
    const printed = runModule(
      'alive.ts',
      `import { RetryableError, systemClock } from '@lacuna/sdk'
       import { batchOf, run } from ${fakes}
       let calls = 0
       const { pipeline } = await run({
         receivers: { in: host => ({ start: () => host.consume(batchOf(['a'])), stop() {}, done: Promise.resolve() }) },
         exporters: { out: () => ({ export() { if (++calls === 1) throw new RetryableError('not yet') } }) },
         pipelines: { logs: { receivers: ['in'], exporters: ['out'] } },
       }, { clock: systemClock, random: () => 0.05 })
       await pipeline.done
       console.log(calls)`,
    )
    expect(printed).toBe(2)
  })
})
