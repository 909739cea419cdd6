import type { AnyValue, Attributes, AttributeView } from '@lacuna/sdk'
import { setOwn } from './json.ts'

/** Attributes with changes laid over them, so that one mapping does not make all of them be built. */
export class OverlayView implements AttributeView {
  readonly #below: AttributeView
  /** `undefined` stands for an attribute that was removed. */
  readonly #changes = new Map<string, AnyValue | undefined>()

  constructor(below: AttributeView) {
    this.#below = below
  }

  set(name: string, value: AnyValue | undefined): void {
    this.#changes.set(name, value)
  }

  get(name: string): AnyValue | undefined {
    return this.#changes.has(name) ? this.#changes.get(name) : this.#below.get(name)
  }

  all(): Attributes {
    const attributes = this.#below.all()
    for (const [name, value] of this.#changes) {
      if (value === undefined) delete attributes[name]
      else setOwn(attributes, name, value)
    }
    return attributes
  }
}
