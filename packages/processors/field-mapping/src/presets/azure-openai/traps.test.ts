import { describe, expect, test } from 'vitest'
import {
  attributesOf,
  line,
  properties,
  propertiesObject,
  RESOURCE_ID,
  reasonsOf,
  run,
} from '../../../test/records.ts'

const P = 'azure.open_ai.properties.'

test('a genuine record has exactly these attributes', () => {
  expect(attributesOf(line())).toEqual({
    '@timestamp': '2026-09-14T10:00:00.123Z',
    'event.duration': 2_627_000_000,
    'cloud.provider': 'azure',
    'cloud.region': 'swedencentral',
    'cloud.account.id': 'db87e00e-c89a-4ab0-b8cb-f2139d8d2285',
    'cloud.resource_id': RESOURCE_ID.toLowerCase(),
    'azure.subscription_id': 'db87e00e-c89a-4ab0-b8cb-f2139d8d2285',
    'azure.resource.id': RESOURCE_ID.toLowerCase(),
    'azure.resource.group': 'contoso-rg',
    'azure.resource.provider': 'microsoft.cognitiveservices/accounts',
    'azure.resource.name': 'contoso-chat',
    'azure.category': 'RequestResponse',
    'azure.operation.name': 'ChatCompletions_Create',
    'azure.operation.duration': 2627,
    'azure.result.signature': '200',
    'azure.correlation_id': '3986c628-deaa-40e0-8c51-f6db14724f67',
    'network.peer.address': '203.0.113.***',
    'gen_ai.provider.name': 'azure.ai.openai',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'chat-main',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.request.stream': false,
    'azure.open_ai.time': '2026-09-14T10:00:00.1234567Z',
    'azure.open_ai.resource_id': RESOURCE_ID,
    'azure.open_ai.category': 'RequestResponse',
    'azure.open_ai.operation_name': 'ChatCompletions_Create',
    'azure.open_ai.result_signature': '200',
    'azure.open_ai.duration_ms': 2627,
    'azure.open_ai.caller_ip_address': '203.0.113.***',
    'azure.open_ai.correlation_id': '3986c628-deaa-40e0-8c51-f6db14724f67',
    'azure.open_ai.event': 'ShoeboxCallResult',
    'azure.open_ai.location': 'swedencentral',
    'azure.open_ai.tenant': 'swedencentral',
    'azure.open_ai.properties.api_name': 'Azure OpenAI API version 2024-10-21',
    'azure.open_ai.properties.request_time': 638620128000123456n,
    'azure.open_ai.properties.response_time': 638620128026274561n,
    'azure.open_ai.properties.request_length': 2010,
    'azure.open_ai.properties.response_length': 0,
    'azure.open_ai.properties.object_id': 'bc9adaae-d37c-446e-a1ba-9cae02182ecb',
    'azure.open_ai.properties.stream_type': 'Non-Streaming',
    'azure.open_ai.properties.model_deployment_name': 'chat-main',
    'azure.open_ai.properties.model_name': 'gpt-4o',
    'azure.open_ai.properties.model_version': '2024-08-06',
  })
})

test('the body stays the line, and the time keeps its nanoseconds', () => {
  const [record] = run([line()]).records
  expect(record?.body).toBe(line())
  expect(record?.hrTime).toEqual([Date.UTC(2026, 8, 14, 10) / 1000, 123_456_700])
})

describe('properties', () => {
  test('as an object means the same as a JSON string', () => {
    expect(attributesOf(line({ properties: propertiesObject() }))).toEqual(attributesOf(line()))
  })

  test('that cannot be parsed, or are no object, set the record aside', () => {
    for (const text of ['"{\\"requestLength\\":,}"', '"not json"', '"[1]"', '[1]', '5', 'true', '"5"']) {
      expect(reasonsOf(line({ properties: text })), text).toEqual({ bad_properties: 1 })
    }
  })

  test('that are empty or missing are none', () => {
    for (const text of ['null', '""', '{}', '[]', '"{}"', '"null"', '"[]"', undefined]) {
      const names = Object.keys(attributesOf(line({ properties: text })))
      expect(
        names.filter((name) => name.startsWith(P)),
        text,
      ).toEqual([])
    }
  })

  test('may hold maps, which become dotted names, and lists', () => {
    const attributes = attributesOf(
      line({
        properties: properties({
          usage: '{"promptTokens":{"cachedCount":3},"none":null}',
          stopWords: '["a",{"bC":1}]',
        }),
      }),
    )
    expect(attributes[`${P}usage.prompt_tokens.cached_count`]).toBe(3)
    expect(attributes[`${P}stop_words`]).toEqual(['a', { b_c: 1 }])
    expect(attributes).not.toHaveProperty([`${P}usage.none`])
    expect(attributes['azure.resource.name']).toBe('contoso-chat')
    expect(attributes[`${P}request_time`]).toBe(638620128000123456n)
  })
})

test('resultSignature is a string also when it came as a number', () => {
  const attributes = attributesOf(line({ resultSignature: '200' }))
  expect(attributes['azure.open_ai.result_signature']).toBe('200')
  expect(attributes['azure.result.signature']).toBe('200')
})

describe('requestTime and responseTime', () => {
  test('keep all 18 digits of ticks since year 1, from a string, an object, an envelope and as a text', () => {
    const expected = 638620128000123457n
    const digits = { requestTime: '638620128000123457' }
    const inObject = line({ properties: propertiesObject(digits) })
    expect(attributesOf(line({ properties: properties(digits) }))[`${P}request_time`]).toBe(expected)
    expect(attributesOf(inObject)[`${P}request_time`]).toBe(expected)
    expect(
      attributesOf(line({ properties: properties({ requestTime: '"638620128000123457"' }) }))[
        `${P}request_time`
      ],
    ).toBe(expected)
    const { records } = run([`{"records":[${line()},${inObject}]}`, `[${line()},${inObject}]`])
    expect(records.map((record) => record.get(`${P}request_time`))).toEqual([
      638620128000123456n,
      expected,
      638620128000123456n,
      expected,
    ])
  })

  test('of 17 digits since 1970 are kept as they are too', () => {
    const attributes = attributesOf(line({ properties: properties({ responseTime: '17790408000123457' }) }))
    expect(attributes[`${P}response_time`]).toBe(17790408000123457n)
  })

  test('that are no integers set the record aside', () => {
    expect(reasonsOf(line({ properties: properties({ requestTime: '"yesterday"' }) }))).toEqual({
      bad_type: 1,
    })
  })
})

describe('time', () => {
  test('missing or empty: no_time, unless whoever sent the record gave it one', () => {
    for (const text of ['null', '""', undefined])
      expect(reasonsOf(line({ time: text }))).toEqual({ no_time: 1 })
    const [record] = run([line()]).records
    if (record === undefined) throw new Error('was not mapped')
    record.body = line({ time: undefined })
    const [again] = run([record]).records
    expect(again?.hrTime).toEqual([Date.UTC(2026, 8, 14, 10) / 1000, 123_456_700])
    expect(again?.get('@timestamp')).toBe('2026-09-14T10:00:00.123Z')
  })

  test('that is none: bad_time', () => {
    for (const text of ['"yesterday"', '1789380000', 'true', '{"a":1}', '"2026-02-30T00:00:00Z"']) {
      expect(reasonsOf(line({ time: text })), text).toEqual({ bad_time: 1 })
    }
  })

  test('in year 1, before and at 1970, in year 9999 and with an offset is placed where it belongs', () => {
    const times: [string, number, number, string][] = [
      ['0001-01-01T00:00:00.0000000Z', -62_135_596_800, 0, '0001-01-01T00:00:00.000Z'],
      ['1969-12-31T23:59:59.5000000Z', -1, 500_000_000, '1969-12-31T23:59:59.500Z'],
      ['1970-01-01T00:00:00.0000000Z', 0, 0, '1970-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59.9999999Z', 253_402_300_799, 999_999_900, '9999-12-31T23:59:59.999Z'],
      ['2026-09-14T12:00:00+02:00', Date.UTC(2026, 8, 14, 10) / 1000, 0, '2026-09-14T10:00:00.000Z'],
    ]
    for (const [text, seconds, nanos, iso] of times) {
      const [record] = run([line({ time: JSON.stringify(text) })]).records
      expect(record?.hrTime, text).toEqual([seconds, nanos])
      expect(record?.get('@timestamp')).toBe(iso)
    }
  })
})

test('durationMs can be negative, and so is event.duration', () => {
  const attributes = attributesOf(line({ durationMs: '-12' }))
  expect(attributes['event.duration']).toBe(-12_000_000)
  expect(attributes['azure.operation.duration']).toBe(-12)
})

test('event.duration is a bigint where a number would lose digits, and missing beyond 64 bits', () => {
  expect(attributesOf(line({ durationMs: '9007199254740991' }))['event.duration']).toBeUndefined()
  expect(attributesOf(line({ durationMs: '9007199255' }))['event.duration']).toBe(9_007_199_255_000_000n)
})

describe('resourceId', () => {
  test('is grouped in lower case, however it is written', () => {
    const written = `/subscriptions/DB87e00e-c89a-4ab0-b8cb-f2139d8d2285/resourceGroups/Contoso-RG/providers/Microsoft.CognitiveServices/accounts/Contoso-Chat`
    const one = attributesOf(line({ resourceId: JSON.stringify(written) }))
    const other = attributesOf(line())
    for (const name of ['id', 'group', 'provider', 'name']) {
      expect(one[`azure.resource.${name}`]).toBe(other[`azure.resource.${name}`])
    }
  })

  test('missing, null, empty, no text or far too long: the record is mapped without azure.resource', () => {
    for (const text of [
      undefined,
      'null',
      '""',
      '5',
      'true',
      '{"a":"b"}',
      '["a"]',
      JSON.stringify(`/${'x'.repeat(5000)}`),
    ]) {
      const attributes = attributesOf(line({ resourceId: text }))
      expect(
        Object.keys(attributes).filter((name) => name.startsWith('azure.resource.')),
        text,
      ).toEqual([])
      expect(attributes['azure.open_ai.category']).toBe('RequestResponse')
    }
  })

  test('that is no ARM id is kept whole and has no parts', () => {
    const attributes = attributesOf(line({ resourceId: '"Some <thing>"' }))
    expect(attributes['azure.resource.id']).toBe('some <thing>')
    expect(attributes).not.toHaveProperty(['azure.resource.name'])
    expect(attributes).not.toHaveProperty(['cloud.account.id'])
  })
})

test('callerIpAddress is kept as it is masked', () => {
  expect(attributesOf(line())['azure.open_ai.caller_ip_address']).toBe('203.0.113.***')
})

test('mixed key case becomes snake case', () => {
  const attributes = attributesOf(
    line({ AssetIdentity: '"a"', Level: '4', Sku: '"S0"', Region: '"x"', DeploymentVersion: '"1"' }),
  )
  for (const name of ['tenant', 'asset_identity', 'level', 'sku', 'region', 'deployment_version']) {
    expect(attributes).toHaveProperty([`azure.open_ai.${name}`])
  }
})

describe('responseLength', () => {
  const lengthOf = (text: string | undefined) =>
    attributesOf(line({ properties: properties({ responseLength: text }) }))[`${P}response_length`]

  test('missing, null and empty are missing, not zero', () => {
    for (const text of [undefined, 'null', '""', '{}', '[]']) expect(lengthOf(text), text).toBeUndefined()
  })

  test('0, 0.0, -0, "0" and "0.0" are zero', () => {
    for (const text of ['0', '0.0', '-0', '0e5', '"0"', '"0.0"', '"-0"']) expect(lengthOf(text), text).toBe(0)
  })

  test('numeric texts become integers, negative ones stay negative', () => {
    expect(lengthOf('"5431"')).toBe(5431)
    expect(lengthOf('-1')).toBe(-1)
    expect(lengthOf('"1e3"')).toBe(1000)
    expect(lengthOf('9007199254740993')).toBe(9007199254740993n)
  })

  test('anything else sets the record aside', () => {
    for (const text of [
      '"unknown"',
      '1.5',
      '"1.5"',
      'true',
      '[0]',
      '{"a":1}',
      '1e400',
      '1e300',
      '" 5"',
      '"0x10"',
    ]) {
      expect(reasonsOf(line({ properties: properties({ responseLength: text }) })), text).toEqual({
        bad_type: 1,
      })
    }
  })

  test('the rule holds for every length and duration, known or not, wherever it stands', () => {
    expect(reasonsOf(line({ fooLength: '"abc"' }))).toEqual({ bad_type: 1 })
    expect(reasonsOf(line({ durationMs: '"soon"' }))).toEqual({ bad_type: 1 })
    expect(reasonsOf(line({ properties: properties({ some: '{"innerLength":"abc"}' }) }))).toEqual({
      bad_type: 1,
    })
  })
})

test('every name is a text, and one that is a map or a list sets the record aside', () => {
  expect(attributesOf(line({ operationName: '5' }))['azure.open_ai.operation_name']).toBe('5')
  expect(attributesOf(line({ properties: properties({ modelName: 'true' }) }))[`${P}model_name`]).toBe('true')
  expect(reasonsOf(line({ operationName: '{"a":1}' }))).toEqual({ bad_type: 1 })
  expect(reasonsOf(line({ properties: properties({ modelName: '["x"]' }) }))).toEqual({ bad_type: 1 })
})

test('null, "", {} and [] are dropped', () => {
  const attributes = attributesOf(line({ a: 'null', b: '""', c: '{}', d: '[]', event: 'null' }))
  for (const name of ['a', 'b', 'c', 'd', 'event'])
    expect(attributes).not.toHaveProperty([`azure.open_ai.${name}`])
})

test('the near-empty second row of a call is mapped with what it has', () => {
  const attributes = attributesOf(
    line({ properties: JSON.stringify('{"apiName":"x","objectId":"","streamType":"Streaming"}') }),
  )
  expect(attributes[`${P}response_length`]).toBeUndefined()
  expect(attributes['azure.open_ai.correlation_id']).toBe('3986c628-deaa-40e0-8c51-f6db14724f67')
  expect(attributes['gen_ai.request.stream']).toBe(true)
})

test('a record of the v1 endpoint has a callerObjectId and no responseTime', () => {
  const text = line({
    properties: properties({ apiName: '"OpenAI"', responseTime: undefined, callerObjectId: '"me"' }),
  })
  const attributes = attributesOf(text)
  expect(attributes[`${P}caller_object_id`]).toBe('me')
  expect(attributes).not.toHaveProperty([`${P}response_time`])
})

test('Audit has no correlation id, duration, signature or location; its region is the tenant', () => {
  const attributes = attributesOf(
    line({
      category: '"Audit"',
      operationName: '"ListKey"',
      correlationId: undefined,
      durationMs: undefined,
      resultSignature: undefined,
      location: undefined,
      properties: '"{}"',
    }),
  )
  expect(attributes['azure.open_ai.operation_name']).toBe('ListKey')
  expect(attributes['cloud.region']).toBe('swedencentral')
  for (const name of [
    'event.duration',
    'azure.correlation_id',
    'gen_ai.provider.name',
    'gen_ai.operation.name',
  ]) {
    expect(attributes).not.toHaveProperty([name])
  }
})

test('GatewayLogs: sizes become lengths, responseCode no signature, the operation is the one of the API', () => {
  const attributes = attributesOf(
    line({
      category: '"GatewayLogs"',
      operationName: '"Microsoft.ApiManagement/GatewayLogs"',
      resultSignature: undefined,
      callerIpAddress: '"203.0.113.7"',
      properties:
        '{"operationId":"ChatCompletions_Create","requestSize":120,"responseSize":"0","responseCode":200}',
    }),
  )
  expect(attributes[`${P}request_length`]).toBe(120)
  expect(attributes[`${P}response_length`]).toBe(0)
  expect(attributes[`${P}response_code`]).toBe(200)
  expect(attributes['gen_ai.operation.name']).toBe('chat')
  expect(attributes['network.peer.address']).toBe('203.0.113.7')
  for (const name of [`${P}request_size`, 'azure.open_ai.result_signature', 'azure.result.signature']) {
    expect(attributes).not.toHaveProperty([name])
  }
})

test('only GatewayLogs have their sizes renamed', () => {
  const attributes = attributesOf(line({ properties: '{"responseSize":5}' }))
  expect(attributes[`${P}response_size`]).toBe(5)
  expect(attributes).not.toHaveProperty([`${P}response_length`])
})

test('other categories are dropped as such, before anything else about them is an error', () => {
  for (const category of [
    'AzureOpenAIRequestUsage',
    'Trace',
    'GatewayLlmLogs',
    'ApiManagementGatewayLogs',
    'requestresponse',
  ]) {
    expect(
      reasonsOf(line({ category: JSON.stringify(category), properties: '"broken' + '"', durationMs: '"x"' })),
    ).toEqual({ category: 1 })
  }
  expect(reasonsOf(line({ category: '5' }))).toEqual({ category: 1 })
})

test('a record without a category is none', () => {
  for (const category of [undefined, 'null', '""'])
    expect(reasonsOf(line({ category }))).toEqual({ not_a_record: 1 })
})

test('operations have the names of the GenAI conventions where there is one', () => {
  const named = (operation: string) =>
    attributesOf(line({ operationName: JSON.stringify(operation) }))['gen_ai.operation.name']
  expect(named('ExtensionsChatCompletions_Create')).toBe('chat')
  expect(named('getChatCompletions')).toBe('chat')
  expect(named('Completions_Create')).toBe('text_completion')
  expect(named('Embeddings_Create')).toBe('embeddings')
  expect(named('Create_Thread')).toBeUndefined()
})
