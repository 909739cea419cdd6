import type { Host, Ledger, LogRecord, Processor } from '@lacuna/sdk'
import type { Config } from './config.ts'
import { isMap, parseJson } from './json.ts'
import { type ApplyMappings, compileMappings } from './mappings.ts'
import { PlainView } from './plain-view.ts'
import { PRESETS } from './presets/index.ts'
import { type Outlet, recordMapper } from './record-mapper.ts'

/** Where the reason stands with `on_error: attribute`. */
const ERROR_ATTRIBUTE = 'lacuna.field_mapping.error'

/** Maps records by a preset, an operator's own mappings, or both. */
export function createFieldMapping(config: Config, { ledger }: Host): Processor {
  const preset = config.preset === undefined ? undefined : PRESETS[config.preset]()
  const mappings = compileMappings(config.mappings)
  const refuse = refusal(config.on_error, ledger)
  if (preset === undefined) return mappingsOnly(mappings, refuse)

  const accept: Outlet['accept'] = (record, mapped, out) => {
    if (config.mappings.length === 0) {
      record.hrTime = mapped.time
      record.setAttributeView(mapped)
    } else {
      const reason = mappings(record, mapped, undefined)
      if (reason !== undefined) {
        refuse(record, reason, out)
        return
      }
    }
    out.push(record)
  }
  const mapRecord = recordMapper(preset, { accept, refuse }, ledger)
  return {
    mutates: true,
    process(batch) {
      const out: LogRecord[] = []
      for (const record of batch.records) {
        const { body } = record
        const mapped = typeof body === 'string' ? preset.mapText?.(body, record) : undefined
        if (mapped !== undefined) accept(record, mapped, out)
        else mapRecord(record, out)
      }
      return out
    },
  }
}

/** Without a preset a record stays one record, and a body that is no JSON is no error. */
function mappingsOnly(mappings: ApplyMappings, refuse: Outlet['refuse']): Processor {
  return {
    mutates: true,
    process(batch) {
      const out: LogRecord[] = []
      for (const record of batch.records) {
        const parsed = typeof record.body === 'string' ? parseJson(record.body) : record.body
        const before = new PlainView(record.hasAttributes ? record.attributes : {}, record.hrTime)
        const reason = mappings(record, before, isMap(parsed) ? parsed : undefined)
        if (reason === undefined) out.push(record)
        else refuse(record, reason, out)
      }
      return out
    },
  }
}

function refusal(onError: Config['on_error'], ledger: Ledger): Outlet['refuse'] {
  return (record, reason, out) => {
    // Nobody wants a record of another category: that is no error, whatever is done about those.
    if (onError === 'drop' || reason === 'category') {
      ledger.dropped(reason, 1)
      return
    }
    ledger.noted(reason, 1)
    if (onError === 'attribute') record.attributes[ERROR_ATTRIBUTE] = reason
    out.push(record)
  }
}
