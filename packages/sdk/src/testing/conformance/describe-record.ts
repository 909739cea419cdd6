import type { AnyValue } from '../../any-value.ts'
import type { LogRecord } from '../../record.ts'

/**
 * All that a record holds, as text: equal for equal records, to compare before and after and between runs.
 * Written without recursion, for a record may be nested deeper than the stack.
 */
export function describeRecord(record: LogRecord): string {
  return describeValue({
    hrTime: [...record.hrTime],
    hrTimeObserved: [...record.hrTimeObserved],
    severityNumber: record.severityNumber ?? null,
    severityText: record.severityText ?? null,
    eventName: record.eventName ?? null,
    body: record.body ?? null,
    hasBody: record.body !== undefined,
    attributes: record.attributes,
    resource: record.resource.attributes,
    scope: record.instrumentationScope.name,
    traceId: record.spanContext?.traceId ?? null,
    spanId: record.spanContext?.spanId ?? null,
    dropped: record.droppedAttributesCount,
  })
}

/** Text that stands for itself, among values that are still to be written. */
interface Raw {
  readonly raw: string
  readonly value?: undefined
}

interface Written {
  readonly value: AnyValue
}

function describeValue(root: AnyValue): string {
  let text = ''
  const pending: (Raw | Written)[] = [{ value: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next
    if (value === undefined) text += 'raw' in next ? next.raw : 'undefined'
    else if (typeof value !== 'object' || value === null) text += scalar(value)
    else if (value instanceof Uint8Array) text += `bytes(${value.join()})`
    else if (Array.isArray(value)) {
      pending.push({ raw: ']' })
      for (const item of value.toReversed()) pending.push({ raw: ',' }, { value: item })
      pending.push({ raw: '[' })
    } else {
      pending.push({ raw: '}' })
      for (const key of Object.keys(value).reverse()) {
        pending.push({ raw: ',' }, { value: value[key] as AnyValue }, { raw: `${JSON.stringify(key)}:` })
      }
      pending.push({ raw: '{' })
    }
  }
  return text
}

function scalar(value: string | number | boolean | bigint | null): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}
