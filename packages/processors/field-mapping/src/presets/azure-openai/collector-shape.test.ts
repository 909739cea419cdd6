import { type AnyValue, type Attributes, LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { attributesOf, line, propertiesObject, RESOURCE_ID, run } from '../../../test/records.ts'
import { parseExact } from '../../exact.ts'
import { isMap } from '../../json.ts'

/** When the record of `line()` happened. */
const TIME: [number, number] = [1_789_380_000, 123_456_700]

/** What a Collector makes of the top level: all but the time, the event and the tenant. */
const TOP: Attributes = {
  'azure.category': 'RequestResponse',
  'azure.operation.name': 'ChatCompletions_Create',
  'azure.result.signature': '200',
  'azure.operation.duration': 2627,
  'azure.correlation_id': '3986c628-deaa-40e0-8c51-f6db14724f67',
  'network.peer.address': '203.0.113.***',
  'cloud.region': 'swedencentral',
}

/** The same under the names of other versions. */
const OTHER_TOP: Attributes = {
  'azure.category': 'RequestResponse',
  'azure.operation.name': 'ChatCompletions_Create',
  'azure.result.signature': '200',
  'azure.duration': 2627,
  'azure.correlation.id': '3986c628-deaa-40e0-8c51-f6db14724f67',
  'net.sock.peer.addr': '203.0.113.***',
  'cloud.region': 'swedencentral',
}

function propertiesMap(change: Record<string, string | undefined> = {}): Attributes {
  const map = parseExact(propertiesObject(change))
  return isMap(map) ? map : {}
}

const SHAPES: Record<string, Attributes> = {
  'properties as a map': { ...TOP, 'azure.properties': propertiesMap() },
  'properties as a text': { ...TOP, 'azure.properties': propertiesObject() },
  'properties as attributes of their own': { ...TOP, ...propertiesMap() },
  'other names, properties as a map': { ...OTHER_TOP, 'azure.properties': propertiesMap() },
  'other names, properties as attributes of their own': { ...OTHER_TOP, ...propertiesMap() },
}

const RESOURCES: Record<string, Attributes> = {
  'cloud.resource_id': { 'cloud.resource_id': RESOURCE_ID },
  'azure.resource.id': { 'azure.resource.id': RESOURCE_ID },
}

function collected(attributes: Attributes, resource: Attributes = {}, body?: AnyValue): LogRecord {
  return new LogRecord({
    hrTime: TIME,
    attributes,
    resource: { attributes: resource, droppedAttributesCount: 0 },
    ...(body === undefined ? {} : { body }),
  })
}

/** The attributes of the raw log, without the three that no Collector keeps. */
function raw(): Attributes {
  const {
    'azure.open_ai.time': _time,
    'azure.open_ai.event': _event,
    'azure.open_ai.tenant': _tenant,
    ...kept
  } = attributesOf(line())
  return kept
}

describe('a log that came through a Collector', () => {
  for (const [shape, attributes] of Object.entries(SHAPES)) {
    for (const [name, resource] of Object.entries(RESOURCES)) {
      it(`has the attributes of the raw log: ${shape}, ${name} on the resource`, () => {
        const { records, ledger, unaccounted } = run([collected({ ...attributes }, resource)])
        expect(records[0]?.attributes).toEqual(raw())
        expect(records[0]?.hrTime).toEqual(TIME)
        expect([ledger.createdCount, ledger.droppedBy, unaccounted]).toEqual([0, {}, 0])
      })
    }

    it(`answers one name at a time as it does whole: ${shape}`, () => {
      const record = collected({ ...attributes, 'log.file.name': 'a' }, { 'cloud.resource_id': RESOURCE_ID })
      const [mapped] = run([record]).records
      const names = new Set([...Object.keys(raw()), ...Object.keys(attributes), 'log.file.name', 'nothing'])
      const one = new Map([...names].map((name) => [name, mapped?.get(name)]))
      const whole = mapped?.attributes ?? {}
      for (const [name, value] of one) expect(value, name).toEqual(whole[name])
    })
  }

  it('may have the resource id as an attribute, which comes before that of the resource', () => {
    const other = { 'cloud.resource_id': '/subscriptions/other' }
    for (const name of ['cloud.resource_id', 'azure.resource.id']) {
      const attributes = { ...TOP, [name]: RESOURCE_ID, 'azure.properties': propertiesMap() }
      expect(run([collected(attributes, other)]).records[0]?.attributes).toEqual(raw())
    }
  })

  it('may have several names for one thing: the first that holds something counts, in whatever order they come', () => {
    const properties = propertiesMap()
    const both: Attributes = {
      'azure.correlation.id': 'second',
      ...TOP,
      'azure.duration': 1,
      'azure.properties': properties,
    }
    for (const attributes of [both, Object.fromEntries(Object.entries(both).reverse())])
      expect(run([collected(attributes, RESOURCES['azure.resource.id'])]).records[0]?.attributes).toEqual(
        raw(),
      )
    const empty = { ...OTHER_TOP, 'azure.correlation_id': '', 'azure.operation.duration': null }
    const [mapped] = run([
      collected({ ...empty, 'azure.properties': properties }, RESOURCES['azure.resource.id']),
    ]).records
    expect(mapped?.attributes).toEqual(raw())
  })

  it('has the resource id of its own resource, not of the one before', () => {
    const ids = ['a', 'b', 'a'].map((name) => RESOURCE_ID.replace(/[^/]+$/, name))
    const attributes = { ...TOP, 'azure.properties': propertiesMap() }
    const { records } = run(ids.map((id) => collected({ ...attributes }, { 'cloud.resource_id': id })))
    expect(records.map((record) => record.get('azure.resource.name'))).toEqual(['a', 'b', 'a'])
  })

  it('may have the region on the resource', () => {
    const { 'cloud.region': region = '', ...top } = TOP
    const resource = { 'cloud.resource_id': RESOURCE_ID, 'cloud.region': region }
    const [mapped] = run([collected({ ...top, 'azure.properties': propertiesMap() }, resource)]).records
    expect(mapped?.attributes).toEqual(raw())
  })

  it('may be the raw text, whatever attributes are beside it', () => {
    const [mapped] = run([collected({ 'azure.category': 'Audit', a: 1 }, {}, line())]).records
    expect(mapped?.attributes).toEqual({ ...attributesOf(line()), a: 1 })
  })

  it('may have a body that is no log', () => {
    for (const body of ['', 'ChatCompletions_Create', null, {}]) {
      const record = collected(
        { ...TOP, 'azure.properties': propertiesMap() },
        RESOURCES['azure.resource.id'],
        body,
      )
      expect(run([record]).records[0]?.attributes, JSON.stringify(body)).toEqual(raw())
    }
  })

  it('keeps what the Collector added of its own, and not what now has another name', () => {
    const attributes = {
      ...OTHER_TOP,
      'azure.properties': propertiesMap(),
      'log.file.name': 'a',
      team: 'soc',
    }
    const [mapped] = run([collected(attributes, RESOURCES['azure.resource.id'])]).records
    expect(mapped?.attributes).toEqual({ ...raw(), 'log.file.name': 'a', team: 'soc' })
    expect(mapped?.get('azure.properties')).toBeUndefined()
    expect(mapped?.get('team')).toBe('soc')
  })

  it('keeps nested properties, and every digit of a text on the slow way too', () => {
    const nested = propertiesObject({ extra: '{"innerKey":[1]}' })
    const attributes = { ...TOP, 'azure.properties': nested }
    const [mapped] = run([collected(attributes, RESOURCES['azure.resource.id'])]).records
    expect(mapped?.attributes).toEqual({ ...raw(), 'azure.open_ai.properties.extra.inner_key': [1] })
  })

  it('is of its category: Audit without properties, GatewayLogs with names of its own', () => {
    const audit = { 'azure.category': 'Audit', 'azure.operation.name': 'ListKey' }
    const gateway = {
      'azure.category': 'GatewayLogs',
      'azure.operation.name': 'Microsoft.ApiManagement/GatewayLogs',
      'azure.properties': { operationId: 'ChatCompletions_Create', responseSize: 5 },
    }
    const [first, second] = run(
      [audit, gateway].map((one) => collected(one, RESOURCES['azure.resource.id'])),
    ).records
    expect(first?.get('azure.open_ai.operation_name')).toBe('ListKey')
    expect(first?.get('azure.resource.name')).toBe('contoso-chat')
    expect(second?.get('azure.open_ai.properties.response_length')).toBe(5)
    expect(second?.get('gen_ai.operation.name')).toBe('chat')
  })

  it('runs into an operator’s mappings as a raw log does', () => {
    const mappings = [{ from: 'azure.resource.group', to: 'team' }]
    const record = collected({ ...TOP, 'azure.properties': propertiesMap() }, RESOURCES['azure.resource.id'])
    const [mapped] = run([record], { preset: 'azure_openai', mappings }).records
    expect(mapped?.attributes).toEqual({ ...raw(), team: 'contoso-rg' })
  })
})

describe('a log through a Collector that cannot be mapped', () => {
  const reasons = (change: Attributes, time: [number, number] = TIME) => {
    const record = collected({ ...TOP, 'azure.properties': propertiesMap(), ...change })
    record.hrTime = time
    const { ledger, records, unaccounted } = run([record])
    expect([records, unaccounted]).toEqual([[], 0])
    return ledger.droppedBy
  }

  it('is set aside with the reason that the raw log has', () => {
    expect(reasons({ 'azure.category': 'Trace' })).toEqual({ category: 1 })
    expect(reasons({ 'azure.properties': '{"responseLength":' })).toEqual({ bad_properties: 1 })
    expect(reasons({ 'azure.properties': [1] })).toEqual({ bad_properties: 1 })
    expect(reasons({ 'azure.properties': propertiesMap({ responseLength: '"many"' }) })).toEqual({
      bad_type: 1,
    })
    expect(reasons({ 'azure.operation.duration': 'long' })).toEqual({ bad_type: 1 })
    expect(reasons({}, [0, 0])).toEqual({ no_time: 1 })
  })

  it('is one of no category, or one that has been mapped already, and then has an empty body as before', () => {
    for (const attributes of [
      { 'azure.operation.name': 'x' },
      { ...TOP, 'azure.open_ai.category': 'Audit' },
    ]) {
      expect(run([collected(attributes)]).ledger.droppedBy).toEqual({ empty: 1 })
    }
  })

  it('is passed on unchanged where the operator asks for it', () => {
    const record = collected({ ...TOP, 'azure.properties': '{' })
    const [passed] = run([record], { preset: 'azure_openai', on_error: 'attribute' }).records
    expect(passed?.attributes).toEqual({
      ...TOP,
      'azure.properties': '{',
      'lacuna.field_mapping.error': 'bad_properties',
    })
  })

  it('does no harm with keys that every object has', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":1,"toString":2,"hasOwnProperty":3}',
    )
    const attributes = Object.assign(Object.create(Object.prototype), TOP)
    for (const key of Object.keys(hostile)) {
      Object.defineProperty(attributes, key, {
        value: hostile[key],
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
    const [mapped] = run([collected(attributes, RESOURCES['azure.resource.id'])]).records
    expect(mapped?.get('azure.open_ai.properties.to_string')).toBe(2)
    expect(Object.getPrototypeOf(mapped?.attributes)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})
