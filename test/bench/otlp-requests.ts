import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { encodeLogs } from '@lacuna/otlp'
import { type Attributes, LogRecord, type Resource } from '@lacuna/sdk'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import { parseIsoTime } from '../../packages/processors/field-mapping/src/iso-time.ts'

// What the OTLP benchmarks send: the same Azure logs in the two shapes in which Collectors pass them on.

/** Records of a day of which the first are taken: so dense that two connections do not make records late. */
export const DENSITY = 1_000_000
export const REQUEST = 500

/** The raw text as body, or the Collector's attributes with the properties as a map. */
export type Shape = 'raw text' | 'attributes'
export const SHAPES: readonly Shape[] = ['raw text', 'attributes']

const SCOPE = { name: 'azureeventhubreceiver', version: '0.140.0', attributes: {}, droppedAttributesCount: 0 }
const NO_RESOURCE: Resource = { attributes: {}, droppedAttributesCount: 0 }

/** Writes requests to a file, each behind its length. */
export function writeRequests(path: string, shape: Shape, records: number): void {
  const file = openSync(path, 'w')
  const length = Buffer.alloc(4)
  for (const request of requests(shape, records)) {
    length.writeUInt32LE(request.length)
    writeSync(file, length)
    writeSync(file, request)
  }
  closeSync(file)
}

/** The requests of a file, one after the other. */
export function* readRequests(path: string): Generator<Buffer> {
  const file = openSync(path, 'r')
  const length = Buffer.alloc(4)
  while (readSync(file, length) === 4) {
    const request = Buffer.allocUnsafe(length.readUInt32LE())
    readSync(file, request)
    yield request
  }
  closeSync(file)
}

function* requests(shape: Shape, records: number): Generator<Uint8Array> {
  const make = shape === 'raw text' ? rawText : collected()
  let batch: LogRecord[] = []
  let left = records
  for (const chunk of bulk({ seed: 1, records: Math.max(records, DENSITY), groups: 20 }))
    for (const line of chunk.split('\n')) {
      if (line === '') continue
      batch.push(make(line))
      if (--left === 0 || batch.length === REQUEST) {
        yield encodeLogs(batch)
        batch = []
      }
      if (left === 0) return
    }
}

function rawText(line: string): LogRecord {
  return new LogRecord({ body: line, resource: NO_RESOURCE, instrumentationScope: SCOPE })
}

/** As a Collector takes such a log apart: numbers of the properties become doubles there, the duration an integer. */
function collected(): (line: string) => LogRecord {
  const resources = new Map<string, Resource>()
  return (line) => {
    const { time, resourceId, location, properties, ...log } = JSON.parse(line)
    let resource = resources.get(resourceId)
    if (resource === undefined) {
      const attributes = {
        'cloud.provider': 'azure',
        'cloud.resource_id': resourceId,
        'cloud.region': location,
      }
      resource = { attributes, droppedAttributesCount: 0 }
      resources.set(resourceId, resource)
    }
    const map: Attributes = JSON.parse(properties)
    const attributes: Attributes = {
      'azure.category': log.category,
      'azure.operation.name': log.operationName,
      'azure.result.signature': log.resultSignature,
      'azure.operation.duration': Number(log.durationMs),
      'azure.correlation_id': log.correlationId,
      'network.peer.address': log.callerIpAddress,
      'azure.properties': map,
    }
    const record = new LogRecord({ attributes, resource, instrumentationScope: SCOPE, severityNumber: 9 })
    record.hrTime = parseIsoTime(time) ?? record.hrTime
    const numbers = Object.keys(map).filter((key) => typeof map[key] === 'number')
    record.doubles = new Set(numbers.map((key) => `/attributes/azure.properties/${key}`))
    return record
  }
}
