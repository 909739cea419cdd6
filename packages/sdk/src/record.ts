import type { SpanContext } from '@opentelemetry/api'
import type { AnyValue, Attributes, AttributeView } from './any-value.ts'
import { cloneValue } from './clone-value.ts'
import type { HrTime } from './time.ts'
import { NO_TIME } from './time.ts'

/** Who sent the record. Shared by many records: replace it on a record, never change it in place. */
export interface Resource {
  readonly attributes: Readonly<Attributes>
  readonly schemaUrl?: string
  readonly droppedAttributesCount: number
}

/** What wrote the record. Shared by many records: replace it on a record, never change it in place. */
export interface InstrumentationScope {
  readonly name: string
  readonly version?: string
  readonly schemaUrl?: string
  readonly attributes: Readonly<Attributes>
  readonly droppedAttributesCount: number
}

const EMPTY_RESOURCE: Resource = Object.freeze({ attributes: Object.freeze({}), droppedAttributesCount: 0 })

const EMPTY_SCOPE: InstrumentationScope = Object.freeze({
  name: '',
  attributes: Object.freeze({}),
  droppedAttributesCount: 0,
})

/** What {@link LogRecord} may be made from; whatever is left out is empty. */
export type LogRecordInit = Partial<
  Pick<
    LogRecord,
    | 'hrTime'
    | 'hrTimeObserved'
    | 'severityNumber'
    | 'severityText'
    | 'body'
    | 'eventName'
    | 'spanContext'
    | 'resource'
    | 'instrumentationScope'
    | 'attributes'
    | 'droppedAttributesCount'
  >
>

/**
 * One log record: OpenTelemetry's `ReadableLogRecord`, field names and all, but mutable.
 *
 * Its attributes may be a {@link AttributeView}: then {@link LogRecord.get} answers one name at a time, and
 * the object is built only when someone reads {@link LogRecord.attributes}.
 *
 * @example
 * ```ts
 * const record = new LogRecord({ body: 'hello', attributes: { 'cloud.region': 'swedencentral' } })
 * record.get('cloud.region') // 'swedencentral'
 * ```
 */
export class LogRecord {
  /** When it happened; `[0, 0]` when not known. */
  hrTime: Readonly<HrTime> = NO_TIME
  /** When Lacuna, or whoever collected it first, saw it; `[0, 0]` when not known. */
  hrTimeObserved: Readonly<HrTime> = NO_TIME
  /** OpenTelemetry's severity, 1 (TRACE) to 24 (FATAL4). */
  severityNumber: number | undefined = undefined
  severityText: string | undefined = undefined
  body: AnyValue | undefined = undefined
  eventName: string | undefined = undefined
  spanContext: SpanContext | undefined = undefined
  resource: Resource = EMPTY_RESOURCE
  instrumentationScope: InstrumentationScope = EMPTY_SCOPE
  /** Attributes that were lost before the record came here. */
  droppedAttributesCount = 0
  /**
   * JSON pointers (`/attributes/a`, `/body/0`) of doubles with an integral value that came over OTLP.
   * Only an OTLP encoder reads it; for all others `5.0` is `5`.
   */
  doubles: ReadonlySet<string> | undefined = undefined

  #attributes: Attributes | undefined = undefined
  #view: AttributeView | undefined = undefined

  constructor(init?: LogRecordInit) {
    if (init === undefined) return
    Object.assign(this, init)
    // Those of a record stand behind an accessor, which `assign` does not see.
    if (init instanceof LogRecord) this.attributes = init.attributes
  }

  /** The attributes as an object, built on first use. Changing it changes the record. */
  get attributes(): Attributes {
    if (this.#attributes === undefined) {
      this.#attributes = this.#view?.all() ?? {}
      this.#view = undefined
    }
    return this.#attributes
  }

  set attributes(attributes: Attributes) {
    this.#attributes = attributes
    this.#view = undefined
  }

  /** Whether there may be attributes; false only when there are none. Builds nothing. */
  get hasAttributes(): boolean {
    if (this.#view !== undefined) return true
    for (const _ in this.#attributes) return true
    return false
  }

  /** The view that answers for the attributes; `undefined` once the object has been built. */
  get attributeView(): AttributeView | undefined {
    return this.#view
  }

  /** Lets `view` answer for the attributes until someone asks for the whole object. */
  setAttributeView(view: AttributeView): void {
    this.#view = view
    this.#attributes = undefined
  }

  /** The attribute of this name, without building the others. `undefined` when there is none. */
  get(name: string): AnyValue | undefined {
    if (this.#attributes === undefined) return this.#view?.get(name)
    return Object.hasOwn(this.#attributes, name) ? this.#attributes[name] : undefined
  }

  /** A record that can be changed without changing this one. Resource and scope stay shared. */
  clone(): LogRecord {
    const copy = new LogRecord()
    copy.hrTime = this.hrTime
    copy.hrTimeObserved = this.hrTimeObserved
    copy.severityNumber = this.severityNumber
    copy.severityText = this.severityText
    copy.body = cloneValue(this.body)
    copy.eventName = this.eventName
    copy.spanContext = this.spanContext
    copy.resource = this.resource
    copy.instrumentationScope = this.instrumentationScope
    copy.droppedAttributesCount = this.droppedAttributesCount
    copy.doubles = this.doubles
    if (this.#view !== undefined) copy.#view = this.#view
    else if (this.#attributes !== undefined) copy.#attributes = cloneValue(this.#attributes)
    return copy
  }
}
