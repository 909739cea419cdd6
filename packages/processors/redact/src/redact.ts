import type { Attributes, Host, Processor } from '@lacuna/sdk'
import { LogRecord } from '@lacuna/sdk'
import type { RedactConfig } from './config.ts'
import { type AttributeRedactor, attributeRedactor } from './redact-attributes.ts'
import { redactBody } from './redact-body.ts'
import { isContainer } from './redact-value.ts'
import { type Replaced, replacer } from './replacement.ts'
import { ruleFinder } from './rule-finder.ts'

/**
 * The processor: attributes of the record, its resource and its scope, the evidence of alerts among them; then the
 * body, which must not tell what they no longer do.
 */
export function createRedact(config: RedactConfig, { ledger }: Host): Processor {
  const redact = attributeRedactor(ruleFinder(config.rules), replacer(config.key?.reveal()))
  const resourceOf = sharedRedactor(redact)
  const scopeOf = sharedRedactor(redact)
  // Of one record at a time, so that there is one list for all of them.
  const replaced: Replaced[] = []

  const redactRecord = (record: LogRecord): boolean => {
    replaced.length = 0
    const { resource, instrumentationScope } = record
    let changed = record.hasAttributes && redact(record.attributes, replaced)
    record.resource = resourceOf(resource, replaced)
    record.instrumentationScope = scopeOf(instrumentationScope, replaced)
    changed ||= record.resource !== resource || record.instrumentationScope !== instrumentationScope
    const { body } = record
    if (body === undefined || body === null) return changed
    if (config.body === 'drop') {
      record.body = undefined
      return true
    }
    if (isContainer(body) && redact(body, replaced, 'body.')) changed = true
    if (config.body === 'replace' && replaced.length > 0) record.body = redactBody(body, replaced)
    return changed
  }

  return {
    mutates: true,
    process(batch) {
      let count = 0
      for (const record of batch.records) if (redactRecord(record)) count++
      if (count > 0) ledger.noted('redacted', count)
      return batch.records
    },
  }
}

interface WithAttributes {
  readonly attributes: Readonly<Attributes>
}

/**
 * Redacts what many records share, once: the shared one stays as it is, for others see it too.
 */
function sharedRedactor(redact: AttributeRedactor) {
  const known = new WeakMap<object, { readonly made: unknown; readonly replaced: readonly Replaced[] }>()
  return <Shared extends WithAttributes>(shared: Shared, replaced: Replaced[]): Shared => {
    let entry = known.get(shared) as { made: Shared; replaced: Replaced[] } | undefined
    if (entry === undefined) {
      const attributes = new LogRecord({ attributes: shared.attributes }).clone().attributes
      const own: Replaced[] = []
      const changed = redact(attributes, own)
      entry = { made: changed ? { ...shared, attributes } : shared, replaced: own }
      known.set(shared, entry)
    }
    for (const text of entry.replaced) replaced.push(text)
    return entry.made
  }
}
