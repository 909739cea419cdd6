import type { AnyValue, Attributes, InstrumentationScope, Resource } from '@lacuna/sdk'
import { fromNanos, LogRecord } from '@lacuna/sdk'
import fc from 'fast-check'

/** Every kind of value that OTLP can say, boundaries first. */
const scalars: fc.Arbitrary<AnyValue> = fc.oneof(
  fc.constantFrom<AnyValue>(
    '',
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    0.5,
    Number.NaN,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
  ),
  fc.constantFrom<AnyValue>(
    2 ** 53,
    1e300,
    5e-324,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 32,
  ),
  fc.constantFrom<AnyValue>(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 30, maxLength: 300 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .filter((value) => !Number.isSafeInteger(Number(value))),
  fc.uint8Array({ maxLength: 40 }),
)

const keys = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '7', 'a/b', '~', '~1', 'é', 'azure.category'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

const maps = (values: fc.Arbitrary<AnyValue>): fc.Arbitrary<Attributes> =>
  fc.array(fc.tuple(keys, values), { maxLength: 5 }).map(mapOf)

const anyValues: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue; map: Attributes }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: maps(tie('value')),
})).value

const attributes = maps(anyValues)
const text = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined })
const count = fc.constantFrom(0, 1, 2 ** 32 - 1)
const times = fc
  .oneof(
    fc.constantFrom(0n, 1n, 2n ** 64n - 1n, 2n ** 32n, 10n ** 9n),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  .map(fromNanos)

const resources: fc.Arbitrary<Resource> = fc
  .tuple(attributes, text, count)
  .map(([attributes, schemaUrl, droppedAttributesCount]) => ({
    attributes,
    droppedAttributesCount,
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  }))

const scopes: fc.Arbitrary<InstrumentationScope> = fc
  .tuple(fc.string({ maxLength: 5 }), text, text, attributes, count)
  .map(([name, version, schemaUrl, attributes, droppedAttributesCount]) => ({
    name,
    attributes,
    droppedAttributesCount,
    ...(version === undefined ? {} : { version }),
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  }))

const hex = (digits: number) =>
  fc.constantFrom('', '0'.repeat(digits), '0af7651916cd43dd8448eb211c80319c'.slice(0, digits))

const spans = fc
  .tuple(hex(32), hex(16), fc.constantFrom(0, 1, 255, 0x301, 2 ** 32 - 1))
  .map(([traceId, spanId, traceFlags]) =>
    traceId === '' && spanId === '' && traceFlags === 0 ? undefined : { traceId, spanId, traceFlags },
  )

/** Records with any fields, of some of whose integral numbers it is said that they are doubles. */
export const logRecords: fc.Arbitrary<LogRecord> = fc
  .record({
    hrTime: times,
    hrTimeObserved: times,
    severityNumber: fc.constantFrom(undefined, 1, 24, 99, -1, 2 ** 31 - 1),
    severityText: text,
    eventName: text,
    body: fc.option(anyValues, { nil: undefined }),
    attributes,
    spanContext: spans,
    droppedAttributesCount: count,
    resource: resources,
    instrumentationScope: scopes,
    marked: fc.func(fc.boolean()),
  })
  .map(({ marked, ...init }) => {
    const record = new LogRecord(init as never)
    const doubles = new Set<string>()
    const integral = [...integralNumbers(record.attributes, '/attributes')]
    if (record.body !== undefined) integral.push(...integralNumbers(record.body, '/body'))
    for (const pointer of integral) if (marked(pointer)) doubles.add(pointer)
    if (doubles.size > 0) record.doubles = doubles
    return record
  })

/** The pointers of all numbers in a value that may be an integer or a double. */
function* integralNumbers(value: AnyValue, pointer: string): Generator<string> {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) yield pointer
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const [key, item] of Object.entries(value)) {
      yield* integralNumbers(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    }
  }
}

function mapOf(entries: [string, AnyValue][]): Attributes {
  const map: Attributes = {}
  for (const [key, value] of entries) {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return map
}

/** A record as a plain object with all it says, to compare. */
export function plain(record: LogRecord): object {
  return {
    hrTime: record.hrTime,
    hrTimeObserved: record.hrTimeObserved,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    body: record.body,
    attributes: entries(record.attributes),
    spanContext: record.spanContext,
    droppedAttributesCount: record.droppedAttributesCount,
    resource: { ...record.resource, attributes: entries(record.resource.attributes) },
    instrumentationScope: {
      ...record.instrumentationScope,
      attributes: entries(record.instrumentationScope.attributes),
    },
    // Worked out when they are looked at, by a set of another class.
    doubles: record.doubles && new Set(record.doubles),
  }
}

/** Pairs, so that a key named `__proto__` is compared like any other. */
function entries(value: AnyValue | Readonly<Attributes>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(entries)
  return new Map(Object.entries(value).map(([key, item]) => [key, entries(item)]))
}
