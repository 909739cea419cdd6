import type { AnyValue } from '../../any-value.ts'
import { LogRecord } from '../../record.ts'

/**
 * Records as a stranger may send them: each is allowed by the contracts, none may end a component or be changed
 * by one that says it changes nothing. Made afresh at each call.
 *
 * @example
 * ```ts
 * for (const record of hostileRecords()) expect(() => format(record)).not.toThrow()
 * ```
 */
export function hostileRecords(): LogRecord[] {
  const bodies: (AnyValue | undefined)[] = [
    undefined,
    null,
    '',
    ' ',
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    2n ** 63n,
    -(2n ** 70n),
    new Uint8Array(),
    new Uint8Array([0, 255, 10]),
    [],
    [null, [[]], { a: [1n] }],
    {},
    { level: 'error', nested: { '': null } },
    'x'.repeat(2 ** 20),
    '\u0000\u001b[2J\u001b]0;title\u0007\r\n\u0085\u009b1m\u2028\u202e',
    '\ud800 half a pair \udfff',
    '{"records":[{"time":',
    '[['.repeat(10_000),
    '"'.repeat(1000),
    nested(10_000),
  ]
  return [
    ...bodies.map((body) => new LogRecord(body === undefined ? {} : { body })),
    ...bodies.map((value) => new LogRecord({ attributes: { value: value ?? null } })),
    ...HOSTILE_TIMES.map((hrTime) => new LogRecord({ hrTime, hrTimeObserved: hrTime, body: 'time' })),
    ...strangeKeys(),
    ...strangeFields(),
  ]
}

const HOSTILE_TIMES: LogRecord['hrTime'][] = [
  [0, 0],
  [0, 1],
  [-1, 999_999_999],
  [-62_135_596_800, 0],
  [253_402_300_799, 999_999_999],
  [9_007_199_254_740_991, 999_999_999],
]

/** Keys that every object has, are no names, or would be sorted; and more of them than anyone wants. */
function strangeKeys(): LogRecord[] {
  const keys = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    '7',
    'a.b',
    '\n',
    '\ud800',
    'toJSON',
  ]
  const own = () => JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:{"polluted":true}`).join()}}`)
  const many: Record<string, AnyValue> = {}
  for (let index = 0; index < 10_000; index++) many[`key_${index}`] = index
  return [
    new LogRecord({ attributes: own() }),
    new LogRecord({ body: own() }),
    new LogRecord({ resource: { attributes: own(), droppedAttributesCount: 0 } }),
    new LogRecord({ attributes: many }),
    new LogRecord({ attributes: { ['k'.repeat(100_000)]: 1 } }),
  ]
}

function strangeFields(): LogRecord[] {
  const viewed = new LogRecord({ body: 'view' })
  viewed.setAttributeView({ get: (name) => (name === 'a' ? null : undefined), all: () => ({ a: null }) })
  return [
    viewed,
    new LogRecord({ severityNumber: 99, severityText: '' }),
    new LogRecord({ severityNumber: Number.NaN, severityText: '\u001b[31m' }),
    new LogRecord({ eventName: '', attributes: { a: null } }),
    new LogRecord({ eventName: 'lacuna.alert' }),
    new LogRecord({
      eventName: 'lacuna.alert',
      attributes: { 'lacuna.alert.status': ['open'], 'lacuna.triage': 7 },
    }),
    new LogRecord({ spanContext: { traceId: '', spanId: 'not hex', traceFlags: 999 } }),
    new LogRecord({
      instrumentationScope: {
        name: '\u001b',
        version: '',
        attributes: { a: [1, 'x'] },
        droppedAttributesCount: 2 ** 40,
      },
      droppedAttributesCount: 2 ** 40,
    }),
  ]
}

/** A list in a list in a list: what one line of brackets becomes. */
function nested(levels: number): AnyValue {
  let value: AnyValue = 'bottom'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
