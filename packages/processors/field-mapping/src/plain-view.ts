import type { AnyValue, Attributes, HrTime } from '@lacuna/sdk'
import type { Mapped } from './presets/preset.ts'

/** Attributes that are all there already. The object becomes the record's own. */
export class PlainView implements Mapped {
  readonly time: Readonly<HrTime>
  readonly #attributes: Attributes

  constructor(attributes: Attributes, time: Readonly<HrTime>) {
    this.#attributes = attributes
    this.time = time
  }

  get(name: string): AnyValue | undefined {
    return Object.hasOwn(this.#attributes, name) ? this.#attributes[name] : undefined
  }

  all(): Attributes {
    return structuredClone(this.#attributes)
  }
}
