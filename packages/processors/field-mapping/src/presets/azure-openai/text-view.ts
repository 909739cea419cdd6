import type { AnyValue, Attributes, HrTime } from '@lacuna/sdk'
import { isMap, type JsonMap, parseJson } from '../../json.ts'
import type { Mapped } from '../preset.ts'
import type { Facts } from './derived.ts'
import { NOTHING, parseProperties } from './parts.ts'
import type { ResourceParts, SplitResourceId } from './resource-id.ts'
import type { Template } from './template.ts'
import type { Templates } from './templates.ts'
import { RecordView } from './view.ts'

/**
 * The attributes of a record whose text matched a template: what the template captured is there, and the text
 * is parsed when something else is asked for.
 */
export class TextView implements Mapped, Facts {
  readonly time: Readonly<HrTime>
  readonly #templates: Templates
  readonly #template: Template
  readonly #groups: RegExpExecArray
  readonly #before: Attributes | undefined
  readonly #split: SplitResourceId
  #parsed: RecordView | undefined = undefined

  constructor(
    templates: Templates,
    template: Template,
    groups: RegExpExecArray,
    time: Readonly<HrTime>,
    before: Attributes | undefined,
    split: SplitResourceId,
  ) {
    this.#templates = templates
    this.#template = template
    this.#groups = groups
    this.time = time
    this.#before = before
    this.#split = split
  }

  get(name: string): AnyValue | undefined {
    const value = this.field(name)
    if (value !== undefined || this.#before === undefined) return value
    return Object.hasOwn(this.#before, name) ? this.#before[name] : undefined
  }

  all(): Attributes {
    return this.#parse().all()
  }

  field(name: string): AnyValue | undefined {
    const template = this.#template
    const capture = template.captures.get(name)
    if (capture !== undefined) {
      const text = this.#groups[capture.group]
      if (text === undefined || text === '') return undefined
      return capture.read(text)
    }
    if (name === 'azure.open_ai.category') return template.category
    const slot = template.slots.get(name)
    if (slot === undefined) return undefined
    if (slot.derive !== undefined) return slot.derive(this)
    if (this.#parsed === undefined) this.#templates.missed(name)
    return this.#parse().field(name)
  }

  resource(): ResourceParts | undefined {
    const text = this.#groups[this.#template.resourceGroup]
    return this.#template.resourceGroup === 0 || text === undefined || text === ''
      ? undefined
      : this.#split(text)
  }

  #parse(): RecordView {
    if (this.#parsed === undefined) {
      const { slots } = this.#template
      const text = this.#groups.input
      const value = parseJson(text)
      const top: JsonMap = isMap(value) ? value : NOTHING
      const raw = top[slots.get('azure.open_ai.properties')?.key ?? '']
      const id = top[slots.get('azure.open_ai.resource_id')?.key ?? '']
      const properties = parseProperties(raw) ?? NOTHING
      this.#parsed = new RecordView(slots, this.time, top, properties, id, text, this.#before, this.#split)
    }
    return this.#parsed
  }
}
