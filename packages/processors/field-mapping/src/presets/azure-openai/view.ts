import type { AnyValue, Attributes, HrTime } from '@lacuna/sdk'
import { toInteger, toText } from '../../convert.ts'
import { exactRecord, type Origin, parseExact } from '../../exact.ts'
import { isEmpty, isMap, type JsonMap, setOwn } from '../../json.ts'
import type { Mapped } from '../preset.ts'
import type { Facts } from './derived.ts'
import { INTEGER, PROPERTIES, TEXT } from './field-name.ts'
import type { ResourceParts, SplitResourceId } from './resource-id.ts'
import type { Slot, Slots } from './shape.ts'

/**
 * The attributes of one record, read from the parsed JSON when they are asked for.
 *
 * A class, because one is made per record: its methods are shared and its fields lie in the object.
 */
export class RecordView implements Mapped, Facts {
  readonly time: Readonly<HrTime>
  readonly #slots: Slots
  readonly #top: JsonMap
  readonly #properties: JsonMap
  readonly #resourceId: AnyValue | undefined
  readonly #origin: Origin
  readonly #before: Attributes | undefined
  readonly #split: SplitResourceId
  #exactProperties: JsonMap | undefined = undefined

  constructor(
    slots: Slots,
    time: Readonly<HrTime>,
    top: JsonMap,
    properties: JsonMap,
    resourceId: AnyValue | undefined,
    origin: Origin,
    before: Attributes | undefined,
    split: SplitResourceId,
  ) {
    this.#slots = slots
    this.time = time
    this.#top = top
    this.#properties = properties
    this.#resourceId = resourceId
    this.#origin = origin
    this.#before = before
    this.#split = split
  }

  get(name: string): AnyValue | undefined {
    const slot = this.#slots.get(name)
    const value = slot === undefined ? undefined : this.#read(slot)
    if (value !== undefined || this.#before === undefined) return value
    return Object.hasOwn(this.#before, name) ? this.#before[name] : undefined
  }

  all(): Attributes {
    const attributes: Attributes = this.#before === undefined ? {} : structuredClone(this.#before)
    for (const [name, slot] of this.#slots) {
      const value = this.#read(slot)
      if (value !== undefined) setOwn(attributes, name, value)
    }
    return attributes
  }

  field(name: string): AnyValue | undefined {
    const slot = this.#slots.get(name)
    return slot === undefined ? undefined : this.#read(slot)
  }

  resource(): ResourceParts | undefined {
    const text = this.#resourceId
    return typeof text === 'string' && text !== '' ? this.#split(text) : undefined
  }

  #read(slot: Slot): AnyValue | undefined {
    if (slot.derive !== undefined) return slot.derive(this)
    const value = slot.place === 'top' ? this.#top[slot.key] : this.#properties[slot.key]
    if (typeof value === 'string' && slot.kind !== INTEGER) {
      return value === '' || slot.kind === PROPERTIES ? undefined : value
    }
    return this.#convert(slot, value)
  }

  #convert(slot: Slot, value: AnyValue | undefined): AnyValue | undefined {
    if (isEmpty(value) || value === undefined || slot.kind === PROPERTIES) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      const exact = this.#exact(slot) ?? value
      return slot.kind === TEXT ? toText(exact) : exact
    }
    if (slot.kind === INTEGER) return toInteger(value)
    return slot.kind === TEXT ? toText(value) : value
  }

  /** The number that the text writes, where `JSON.parse` lost digits of it. */
  #exact(slot: Slot): AnyValue | undefined {
    if (slot.place === 'top') return this.#exactTop()?.[slot.key]
    this.#exactProperties ??= this.#parseProperties()
    return this.#exactProperties?.[slot.key]
  }

  #parseProperties(): JsonMap | undefined {
    const key = this.#slots.get('azure.open_ai.properties')?.key
    if (key === undefined) return undefined
    const raw = this.#top[key]
    const exact = typeof raw === 'string' ? parseExact(raw) : this.#exactTop()?.[key]
    return isMap(exact) ? exact : undefined
  }

  #exactTop(): JsonMap | undefined {
    const record = exactRecord(this.#origin)
    return isMap(record) ? record : undefined
  }
}
