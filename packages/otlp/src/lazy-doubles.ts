import type { AttributeIndex } from './attribute-index.ts'

/**
 * The marks of one record, worked out when somebody looks. Only an encoder does, and only for a record whose
 * attributes were built; but what JSON was made of in a Collector has such doubles in every record.
 */
export class LazyDoubles extends Set<string> {
  #index: AttributeIndex | undefined
  readonly #from: number
  readonly #to: number

  /** `body` are the marks of the body, if any; those of the attributes from `from` to `to` of the index are added. */
  constructor(body: ReadonlySet<string> | undefined, index: AttributeIndex, from: number, to: number) {
    super(body)
    this.#index = index
    this.#from = from
    this.#to = to
  }

  override get size(): number {
    this.#fill()
    return super.size
  }

  override has(pointer: string): boolean {
    this.#fill()
    return super.has(pointer)
  }

  override forEach(each: (pointer: string, same: string, set: Set<string>) => void): void {
    this.#fill()
    super.forEach(each)
  }

  override keys(): SetIterator<string> {
    return this.values()
  }

  override values(): SetIterator<string> {
    this.#fill()
    return super.values()
  }

  override entries(): SetIterator<[string, string]> {
    this.#fill()
    return super.entries()
  }

  override [Symbol.iterator](): SetIterator<string> {
    return this.values()
  }

  #fill(): void {
    const index = this.#index
    if (index === undefined) return
    this.#index = undefined
    index.doubles(this.#from, this.#to, this)
  }
}
