import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LogRecord } from '@lacuna/sdk'
import { afterEach, expect } from 'vitest'
import {
  type HttpServerFixture,
  startHttpServer,
} from '../../packages/exporters/otlp/src/http-server.fixture.ts'
import { officialDecode } from '../../packages/otlp/src/official.fixture.ts'
import { type OutputLine, type Running, run } from './run-lacuna.fixture.ts'

const ROOT = new URL('../../', import.meta.url)
const DAY = 'examples/sample-data/sample/azure-openai-day.ndjson'

/** A file of the repository. */
export const repositoryFile = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8')

/** The sample day under the path that the configurations name. */
export const SAMPLE_DAY = { [DAY]: repositoryFile(DAY) }

const afterwards: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of afterwards.splice(0).reverse()) await end()
})

/** Has something ended when the test is over, whatever came of it. */
export function ends<T extends { close(): Promise<unknown> }>(made: T): T {
  afterwards.push(() => made.close())
  return made
}

/** Has a run ended with the test, should it still be there. */
export function endsRun(running: Running): Running {
  afterwards.push(() => {
    running.child.kill('SIGKILL')
    return running.ended
  })
  return running
}

/** An OTLP receiver that takes what it is sent, until the test is over. */
export async function startSink(): Promise<HttpServerFixture> {
  return ends(await startHttpServer())
}

/** All records that came so far, in their order. */
export const recordsOf = (sink: HttpServerFixture): LogRecord[] =>
  sink.received.flatMap(({ records }) => records)

/** Whether Lacuna made it, and did not just hand it on. */
export const isAlert = ({ eventName }: LogRecord): boolean => eventName === 'lacuna.alert'

/** What protobufjs makes of a request. */
interface WireRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: object
    readonly schemaUrl?: string
    readonly scopeLogs?: readonly {
      readonly scope?: object
      readonly schemaUrl?: string
      readonly logRecords?: readonly { readonly eventName?: string }[]
    }[]
  }[]
}

/**
 * The bytes that came, read by a library that shares no code with ours: each record with its resource, scope and schemas
 * as JSON, alerts left out. In protobuf a zero that is written is the same as one that is not.
 */
export function wireRecords(sink: HttpServerFixture): string[] {
  const texts: string[] = []
  for (const { body } of sink.received) {
    const request: WireRequest = officialDecode('Request', body)
    for (const { resource, schemaUrl, scopeLogs = [] } of request.resourceLogs ?? [])
      for (const { scope, schemaUrl: scopeSchemaUrl, logRecords = [] } of scopeLogs)
        for (const record of logRecords)
          if (record.eventName !== 'lacuna.alert')
            texts.push(JSON.stringify({ resource, schemaUrl, scope, scopeSchemaUrl, record }, withoutZeros))
  }
  return texts
}

const withoutZeros = (key: string, value: unknown) =>
  value === 0 && /Count$|^flags$|^severityNumber$/.test(key) ? undefined : value

/** What the alerts of a sink have in common with those on standard output. */
export const attributesOf = (alerts: readonly (LogRecord | OutputLine)[]) =>
  alerts.map(({ attributes }) => ({ ...attributes }))

/** Where a run listens for OTLP, as it says itself once it does. */
export function listening({ child, ended }: Running, protocol: 'grpc' | 'http'): Promise<string> {
  const said = new RegExp(`"protocol":"${protocol}","address":"([^"]+)"`)
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const address = said.exec(text)?.[1]
      if (address !== undefined) resolve(`http://${address}`)
    })
    void ended.then(({ stderr }) => reject(new Error(`it ended before it listened: ${stderr}`)))
  })
}

/** Ends a run that has something it can never deliver: the second signal does not wait for that. */
export function stopAtOnce(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGTERM')
  child.kill('SIGINT')
}

/** The alerts of the sample day, as the command prints them with the same processors. */
export async function alertsOfTheDay(): Promise<readonly OutputLine[]> {
  const ended = await run({ config: repositoryFile('configs/all-options.yaml'), files: SAMPLE_DAY })
  expect(ended.alerts).toHaveLength(10)
  return ended.alerts
}
