import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { LogRecord as Log } from '@lacuna/sdk'
import type { TestLedger } from '@lacuna/sdk/testing'
import { testHost } from '@lacuna/sdk/testing'
import type { z } from 'zod'
import { config as schema } from '../src/config.ts'
import { createFieldMapping } from '../src/field-mapping.ts'

/** The `properties` of a genuine record, as text: its tick times do not fit a number. */
const PROPERTIES =
  '{"apiName":"Azure OpenAI API version 2024-10-21","requestTime":638620128000123456,"responseTime":638620128026274561,' +
  '"requestLength":2010,"responseLength":0,"objectId":"bc9adaae-d37c-446e-a1ba-9cae02182ecb","streamType":"Non-Streaming",' +
  '"modelDeploymentName":"chat-main","modelName":"gpt-4o","modelVersion":"2024-08-06"}'

export const RESOURCE_ID =
  '/SUBSCRIPTIONS/DB87E00E-C89A-4AB0-B8CB-F2139D8D2285/RESOURCEGROUPS/CONTOSO-RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/CONTOSO-CHAT'

/** The keys of a genuine record as JSON texts, in their order. */
const GENUINE: Record<string, string> = {
  time: '"2026-09-14T10:00:00.1234567Z"',
  resourceId: JSON.stringify(RESOURCE_ID),
  category: '"RequestResponse"',
  operationName: '"ChatCompletions_Create"',
  resultSignature: '"200"',
  durationMs: '2627',
  callerIpAddress: '"203.0.113.***"',
  correlationId: '"3986c628-deaa-40e0-8c51-f6db14724f67"',
  event: '"ShoeboxCallResult"',
  location: '"swedencentral"',
  Tenant: '"swedencentral"',
  properties: JSON.stringify(PROPERTIES),
}

/** One genuine record as a line; `change` has other JSON texts for some keys, `undefined` leaves one out. */
export function line(change: Record<string, string | undefined> = {}): string {
  const entries = Object.entries({ ...GENUINE, ...change }).filter(([, text]) => text !== undefined)
  return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
}

/** The genuine `properties` with some keys changed, as the JSON text of the JSON string that Azure sends. */
export function properties(change: Record<string, string | undefined>): string {
  return JSON.stringify(propertiesObject(change))
}

/** The same as an object. */
export function propertiesObject(change: Record<string, string | undefined> = {}): string {
  const whole = PROPERTIES.slice(1, -1)
    .split(/,(?=")/)
    .map((field) => [field.slice(1, field.indexOf('":')), field.slice(field.indexOf('":') + 2)])
  const entries = Object.entries({ ...Object.fromEntries(whole), ...change })
  return `{${entries.flatMap(([key, text]) => (text === undefined ? [] : `${JSON.stringify(key)}:${text}`)).join(',')}}`
}

export interface Result {
  readonly records: LogRecord[]
  readonly ledger: TestLedger
  /** What `in + created = out + consumed + dropped` leaves over. */
  readonly unaccounted: number
}

/** Maps bodies by a configuration, the Azure preset when none is given. */
export function run(
  bodies: readonly (AnyValue | LogRecord | undefined)[],
  config: z.input<typeof schema> = { preset: 'azure_openai' },
): Result {
  const host = testHost()
  const processor = createFieldMapping(schema.parse(config), host)
  const input = bodies.map((body) =>
    body instanceof Log ? body : new Log(body === undefined ? {} : { body }),
  )
  const count = input.length
  const records = processor.process({ source: { id: 'test', finite: true }, records: input }) as LogRecord[]
  const { ledger } = host
  const dropped = Object.values(ledger.droppedBy).reduce((sum, one) => sum + one, 0)
  return {
    records,
    ledger,
    unaccounted: count + ledger.createdCount - records.length - ledger.consumedCount - dropped,
  }
}

/** The attributes of one line that can be mapped. */
export function attributesOf(text: string): Record<string, AnyValue> {
  const [first] = run([text]).records
  if (first === undefined) throw new Error(`was not mapped: ${JSON.stringify(run([text]).ledger.droppedBy)}`)
  return first.attributes
}

/** The reasons why a body was not mapped. */
export function reasonsOf(body: AnyValue | undefined): Record<string, number> {
  return run([body]).ledger.droppedBy
}
