import type { AttributeView, HrTime, LogRecord } from '@lacuna/sdk'
import type { Origin } from '../exact.ts'
import type { JsonMap } from '../json.ts'

/**
 * Why a record was not mapped. These are the names that the ledger, `lacuna.field_mapping.error` and the
 * README have.
 */
export type Reason =
  | 'empty'
  | 'invalid_json'
  | 'not_a_record'
  | 'category'
  | 'bad_properties'
  | 'bad_type'
  | 'no_time'
  | 'bad_time'
  | 'too_deep'
  | 'too_many_fields'
  | 'key_too_long'

/** The attributes of a mapped record, those it had before included, and its time. */
export interface Mapped extends AttributeView {
  readonly time: Readonly<HrTime>
}

/**
 * How the logs of one service are mapped. Each is a folder beside this file and a line in `presets/index.ts`.
 * It changes no record; the processor sets what it returns.
 *
 * @example
 * ```ts
 * const preset: Preset = {
 *   envelope: undefined,
 *   map: (value, record) => new PlainView({ 'cloud.region': value['region'] ?? null }, record.hrTime),
 * }
 * ```
 */
export interface Preset {
  /** The key that holds the records where several come in one map. */
  readonly envelope: string | undefined
  /**
   * Maps `value`, one parsed record. `record` is what it came in: its attributes stay under other names, and its
   * time stands in for a missing one. `origin` is the text that `value` was parsed from.
   *
   * @returns a reason when it cannot be mapped: `category` means that nobody wants the record, which is no
   * error; after `not_a_record` it is asked whether it is an envelope
   */
  map(value: JsonMap, record: LogRecord, origin: Origin): Mapped | Reason
  /**
   * Maps a record from its text, for a preset that need not parse it. `undefined`: it has to be parsed. Must give
   * what {@link Preset.map} gives.
   */
  mapText?(text: string, record: LogRecord): Mapped | undefined
  /**
   * Maps a record whose attributes are the log, taken apart by a Collector on its way, where the body holds none.
   * `undefined`: it is no such record.
   */
  mapAttributes?(record: LogRecord): Mapped | Reason | undefined
}
