import { describe, expect, it } from 'vitest'
import { day } from './day.ts'
import { isChat, naiveRead, type Seen } from './naive-read.ts'

const { text } = day()
const { seen, lines, unreadable } = naiveRead(text)
const broken = unreadable.map((line) => lines[line - 1] ?? '')
const calls = seen.filter((one) => one.record.category === 'RequestResponse')
const length = (one: Seen) => one.properties.responseLength

const KEYS = [
  ...['time', 'resourceId', 'category', 'operationName', 'resultSignature', 'durationMs', 'callerIpAddress'],
  ...['correlationId', 'event', 'location', 'Tenant', 'properties'],
]
const PROPERTIES = [
  ...['apiName', 'requestTime', 'responseTime', 'requestLength', 'responseLength', 'objectId', 'streamType'],
  ...['modelDeploymentName', 'modelName', 'modelVersion'],
]

describe('a genuine record', () => {
  it('has the keys of a RequestResponse log, in their order, and nothing else', () => {
    for (const { record } of calls) expect(Object.keys(record)).toEqual(KEYS)
    const usual = calls.filter((one) => Object.keys(one.properties).length === PROPERTIES.length)
    expect(usual.length).toBeGreaterThan(calls.length / 2)
    expect(usual.map((one) => Object.keys(one.properties).sort())).toContainEqual([...PROPERTIES].sort())
    expect(Object.keys(calls.find((one) => 'responseTime' in one.properties)?.properties ?? {})).toEqual(
      PROPERTIES,
    )
  })

  it('has its time to seven decimals, its caller masked and its ids as GUIDs', () => {
    for (const { record } of calls) {
      expect(record.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)
      expect(record.callerIpAddress).toMatch(/^\d+\.\d+\.\d+\.\*{3}$/)
      expect(record.correlationId).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
    }
  })
})

/** Each trap, and how to tell that it is there, from the text alone. */
const TRAPS: Record<string, () => boolean> = {
  'properties as a JSON string': () => calls.some(({ record }) => typeof record.properties === 'string'),
  'properties as an object': () => calls.some(({ record }) => typeof record.properties === 'object'),
  'a numeric signature': () => calls.some(({ record }) => record.resultSignature === 200),
  'ticks since year 1': () => /\\"requestTime\\":639\d{15},/.test(text),
  'ticks since 1970': () => /\\"requestTime\\":178\d{14},/.test(text),
  'a record of the v1 endpoint': () =>
    calls.some(
      ({ properties: p }) => p.apiName === 'OpenAI' && !('responseTime' in p) && 'callerObjectId' in p,
    ),
  'a key listing': () =>
    seen.some(
      ({ record }) =>
        record.category === 'Audit' && record.operationName === 'ListKey' && !record.correlationId,
    ),
  'a gateway log': () =>
    seen.some(
      ({ record, properties }) => record.category === 'GatewayLogs' && properties.responseCode === 200,
    ),
  'a usage record': () => seen.some(({ record }) => record.category === 'AzureOpenAIRequestUsage'),
  'a trace that looks empty': () => seen.some((one) => one.record.category === 'Trace' && length(one) === 0),
  embeddings: () => calls.some(({ record }) => record.operationName === 'Embeddings_Create'),
  'empty embeddings': () =>
    calls.some((one) => one.record.operationName === 'Embeddings_Create' && length(one) === 0),
  'a filtered prompt': () =>
    calls.some((one) => one.record.resultSignature === '400' && Number(length(one)) > 0),
  'a streamed answer': () => calls.some(({ properties }) => properties.streamType === 'Streaming'),
  'an empty streamed answer': () =>
    calls.some((one) => one.properties.streamType === 'Streaming' && length(one) === 0),
  'a negative duration': () => calls.some(({ record }) => Number(record.durationMs) < 0),
  'two rows of one call, one near-empty': () =>
    calls.some((one) => {
      const id = one.record.correlationId
      return (
        !('requestTime' in one.properties) &&
        calls.filter((other) => other.record.correlationId === id).length > 1
      )
    }),
  'the same record twice': () => new Set(lines).size < lines.length,
  'no responseLength': () => calls.some((one) => isChat(one) && !('responseLength' in one.properties)),
  'responseLength null': () => calls.some((one) => length(one) === null),
  'responseLength "0"': () => calls.some((one) => length(one) === '0'),
  'responseLength 0.0': () => /\\"responseLength\\":0\.0,/.test(text) && /"responseLength":0\.0,/.test(text),
  'responseLength of a wrong type': () => calls.some((one) => length(one) === 'unknown'),
  'a resource id in lower case': () =>
    calls.some(({ record }) => /^\/subscriptions\//.test(String(record.resourceId))),
  'an envelope': () => lines.some((line) => line.startsWith('{"records":[{')),
  'a bare array': () => lines.some((line) => line.startsWith('[{')),
  'properties that cannot be parsed': () => broken.some((line) => isJson(line)),
  'single quotes': () => broken.some((line) => line.startsWith("{'time':")),
  'a raw newline': () => broken.some((line) => line.startsWith('version ') && line.endsWith('}"}')),
  'a torn line': () =>
    broken.some((line) => line.startsWith('{"time":') && !line.endsWith('}') && line.length < 600),
  'a line that is not JSON': () => broken.some((line) => line.startsWith('upstream connect error')),
  'a record of 2099': () => calls.some(({ record }) => String(record.time).startsWith('2099-09-14')),
}

describe('the sample day holds', () => {
  for (const [trap, isThere] of Object.entries(TRAPS)) {
    it(trap, () => {
      expect(isThere()).toBe(true)
    })
  }
})

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}
