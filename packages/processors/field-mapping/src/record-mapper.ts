import type { AnyValue, Ledger, LogRecord } from '@lacuna/sdk'
import { Envelope, type Origin } from './exact.ts'
import { isEmpty, isMap, type JsonMap, parseJson } from './json.ts'
import type { Mapped, Preset, Reason } from './presets/preset.ts'
import { splitLines } from './split-lines.ts'

/** Takes what was mapped and what could not be, and puts into `out` what is passed on. */
export interface Outlet {
  accept(record: LogRecord, mapped: Mapped, out: LogRecord[]): void
  refuse(record: LogRecord, reason: Reason, out: LogRecord[]): void
}

/**
 * Maps whatever a body holds: a record, an envelope, a list, or several of these in lines. Each record is
 * mapped or refused by itself, and those beyond the first are created.
 */
export function recordMapper(preset: Preset, { accept, refuse }: Outlet, ledger: Ledger) {
  const decoder = new TextDecoder()

  function mapRecord(record: LogRecord, out: LogRecord[]): void {
    if (record.hasAttributes && !mayHoldRecords(record.body)) {
      const mapped = preset.mapAttributes?.(record)
      if (mapped !== undefined) {
        if (typeof mapped === 'string') refuse(record, mapped, out)
        else accept(record, mapped, out)
        return
      }
    }
    const body = record.body instanceof Uint8Array ? decoder.decode(record.body) : record.body
    if (body === undefined || body === null || body === '') refuse(record, 'empty', out)
    else if (typeof body !== 'string') mapValue(body, record, undefined, out)
    else {
      const value = parseJson(body)
      if (value === undefined) mapLines(body, record, out)
      else mapValue(value, record, body, out)
    }
  }

  function mapValue(value: AnyValue, record: LogRecord, text: string | undefined, out: LogRecord[]): void {
    if (isMap(value)) mapMap(value, record, text, out)
    else if (Array.isArray(value)) mapList(value, record, envelope(text, undefined), out)
    else refuse(record, 'not_a_record', out)
  }

  function mapMap(value: JsonMap, record: LogRecord, text: string | undefined, out: LogRecord[]): void {
    const mapped = preset.map(value, record, text)
    if (typeof mapped !== 'string') {
      accept(record, mapped, out)
      return
    }
    const key = preset.envelope
    const list = mapped === 'not_a_record' && key !== undefined ? value[key] : undefined
    if (Array.isArray(list)) mapList(list, record, envelope(text, key), out)
    else refuse(record, mapped, out)
  }

  function mapList(list: AnyValue[], record: LogRecord, whole: Envelope | undefined, out: LogRecord[]): void {
    if (list.length === 0) {
      ledger.consumed(1)
      return
    }
    ledger.created(list.length - 1)
    // The text of one element is not at hand: what is mapped has no body, what is refused the parsed element.
    record.body = undefined
    for (let index = 0; index < list.length; index++) {
      const element = list[index]
      const part = record.clone()
      const origin: Origin = whole === undefined ? undefined : { envelope: whole, index }
      const mapped = isMap(element) ? preset.map(element, part, origin) : 'not_a_record'
      if (typeof mapped !== 'string') accept(part, mapped, out)
      else {
        part.body = element
        refuse(part, mapped, out)
      }
    }
  }

  function mapLines(text: string, record: LogRecord, out: LogRecord[]): void {
    const lines = splitLines(text)
    if (lines === undefined) {
      refuse(record, text.trim() === '' ? 'empty' : 'invalid_json', out)
      return
    }
    ledger.created(lines.length - 1)
    record.body = undefined
    for (const line of lines) {
      const part = record.clone()
      part.body = line.text
      if (line.value === undefined) refuse(part, 'invalid_json', out)
      else mapValue(line.value, part, line.text, out)
    }
  }

  return mapRecord
}

/** Whether a body looks as if it held records. What does is taken for them, whatever attributes are beside it. */
function mayHoldRecords(body: AnyValue | undefined): boolean {
  if (typeof body === 'string') return /^[\s\ufeff]*[[{]/.test(body)
  return typeof body === 'object' && !isEmpty(body)
}

function envelope(text: string | undefined, key: string | undefined): Envelope | undefined {
  return text === undefined ? undefined : new Envelope(text, key)
}
