import { createHash } from 'node:crypto'
import { compile } from '@lacuna/esql'
import { fieldReader, type LogRecord } from '@lacuna/sdk'

/** Characters of a key; what is longer is cut and told apart by a hash. */
const LONGEST = 1024

/**
 * Reads the key of a record. Null is the empty text: such records are a group as any other to a detector, so they
 * stay together, where Kafka would spread messages without a key.
 *
 * @example
 * ```ts
 * const key = recordKey('azure.resource.name')
 * key(new LogRecord({ attributes: { 'azure.resource.name': 'contoso' } })) // 'contoso'
 * ```
 */
export function recordKey(source: string): (record: LogRecord) => string {
  const { evaluate } = compile(source, fieldReader)
  return (record) => {
    const value = evaluate(record)
    if (typeof value === 'string') return value.length <= LONGEST ? value : shortened(value)
    if (value === null) return ''
    if (typeof value === 'object') return compound(value)
    return String(value)
  }
}

function compound(value: object): string {
  try {
    const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each))
    return text.length <= LONGEST ? text : shortened(text)
  } catch {
    return 'too deep to be a key'
  }
}

function shortened(text: string): string {
  return `${text.slice(0, LONGEST).toWellFormed()}… ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}
