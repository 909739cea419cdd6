import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineExporter } from '../../component.ts'
import { PartialError, PermanentError } from '../../errors.ts'
import type { Exporter } from '../../exporter.ts'
import { LogRecord } from '../../record.ts'
import { exporterConformance } from './exporter.ts'
import { failing } from './failing-checks.fixture.ts'

const records = () => [1, 2, 3].map((value) => new LogRecord({ body: 'text', attributes: { value } }))

/** Checks an exporter of which each check makes one and asks what arrived. */
async function failingOf(create: (arrived: LogRecord[]) => Exporter): Promise<string[]> {
  let arrived: LogRecord[] = []
  const make = () => {
    arrived = []
    return create(arrived)
  }
  const factory = defineExporter({
    type: 'toy',
    description: 'A toy.',
    config: z.strictObject({}),
    create: make,
  })
  return failing(exporterConformance({ factory, records, delivered: () => arrived.length }))
}

describe('the conformance of exporters', () => {
  it('needs a description that is a sentence', async () => {
    const factory = defineExporter({
      type: 'toy',
      description: 'toy',
      config: z.strictObject({}),
      create: () => ({ export() {} }),
    })
    expect(await failing(exporterConformance({ factory, records }))).toHaveLength(1)
  })

  it('passes one that keeps to the contract', async () => {
    expect(await failingOf((arrived) => ({ export: (given) => void arrived.push(...given) }))).toEqual([])
  })

  it('passes one that refuses some records by their index', async () => {
    const names = await failingOf((arrived) => ({
      async export(given) {
        const refused = [...given.keys()].filter((index) => given[index]?.body !== 'text')
        arrived.push(...given.filter((record) => record.body === 'text'))
        if (refused.length > 0) throw new PartialError('only text', refused)
      },
    }))
    expect(names).toEqual([])
  })

  it('fails one that cannot be handed nothing', async () => {
    const names = await failingOf((arrived) => ({
      export(given) {
        if (given.length === 0) throw new PermanentError('nothing to send')
        arrived.push(...given)
      },
    }))
    expect(names).toEqual(['takes an empty list'])
  })

  it('fails one that says it has delivered before it has', async () => {
    const names = await failingOf((arrived) => ({
      export: (given) => void setTimeout(() => arrived.push(...given), 50),
    }))
    expect(names).toEqual(['delivers every record before it says so'])
  })

  it('fails one that a stranger can stop', async () => {
    const names = await failingOf((arrived) => ({
      export: (given) => void arrived.push(...given.filter((record) => JSON.stringify(record.body) !== '')),
    }))
    expect(names).toEqual(['delivers or refuses by index whatever a stranger writes into a record'])
  })

  it('fails one that refuses by indexes that are none', async () => {
    const names = await failingOf((arrived) => ({
      export(given) {
        arrived.push(...given)
        if (given.length > 3) throw new PartialError('refused', [given.length])
      },
    }))
    expect(names).toEqual(['delivers or refuses by index whatever a stranger writes into a record'])
  })

  it('fails one that changes what it is handed', async () => {
    const names = await failingOf((arrived) => ({
      export(given) {
        for (const record of given) record.attributes.exported = true
        arrived.push(...given)
      },
    }))
    expect(names).toEqual(['does not change the records'])
  })

  it('fails one that ends in an error of its own when the signal is given', async () => {
    const names = await failingOf((arrived) => ({
      export(given, signal) {
        signal.throwIfAborted()
        arrived.push(...given)
      },
    }))
    expect(names).toEqual(['comes to an end when the signal is already given'])
  })

  it('fails one that cannot be stopped without having been started', async () => {
    const names = await failingOf((arrived) => {
      let running = false
      return {
        start() {
          running = true
        },
        export: (given) => void arrived.push(...given),
        stop() {
          if (!running) throw new Error('not started')
        },
      }
    })
    expect(names).toEqual(['stops without having been started'])
  })
})
