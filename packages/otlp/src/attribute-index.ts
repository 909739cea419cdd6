import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { AnyValue, Attributes, AttributeView } from '@lacuna/sdk'
import type { Doubles } from './doubles.ts'
import { Budget } from './limits.ts'
import { step } from './pointer.ts'
import { setKey } from './set-key.ts'
import { fields, type WireReader } from './wire-reader.ts'
import { checkValue, readValue } from './wire-value.ts'

const KEY_VALUE = fields(1, 2)

/** Numbers kept of an attribute: where its field (tag and all), its key and its value begin and end. */
const STRIDE = 6
const KEY = 2
const VALUE = 4

/**
 * Where the attributes of all records of a request are in its bytes.
 *
 * Each is checked as it is noted, so that reading it later cannot fail, and is built only when someone asks for
 * it: a detector reads three of thirty.
 */
export class AttributeIndex {
  /** Attributes noted so far. */
  count = 0
  readonly reader: WireReader
  readonly budget: Budget
  /** Reading what was checked needs no bound, and must not use up that of the request. */
  readonly unbounded: Budget
  places = new Int32Array(256 * STRIDE)

  constructor(reader: WireReader, budget: Budget) {
    this.reader = reader
    this.budget = budget
    this.unbounded = new Budget(Number.POSITIVE_INFINITY)
  }

  /**
   * Checks the `KeyValue` from `reader.pos` to `end` and notes where it is; `start` is where its field begins. True
   * when there is a double with an integral value in it.
   */
  add(start: number, end: number): boolean {
    const { reader } = this
    let integralDouble = false
    let keyStart = end
    let keyEnd = end
    let valueStart = end
    let valueEnd = end
    while (reader.pos < end) {
      const tag = reader.tag(end)
      if (tag === 0x0a) {
        const stop = reader.ending(end)
        keyStart = reader.pos
        reader.checkText(keyStart, stop)
        reader.pos = keyEnd = stop
      } else if (tag === 0x12) {
        valueEnd = reader.ending(end)
        valueStart = reader.pos
        if (checkValue(reader, valueEnd, this.budget, 0)) integralDouble = true
      } else reader.skip(tag, end, KEY_VALUE)
    }
    // One without a value takes its place too.
    if (valueStart === end) this.budget.value()
    let { places } = this
    const at = this.count++ * STRIDE
    if (at === places.length) {
      places = new Int32Array(at * 2)
      places.set(this.places)
      this.places = places
    }
    places[at] = start
    places[at + 1] = end
    places[at + KEY] = keyStart
    places[at + KEY + 1] = keyEnd
    places[at + VALUE] = valueStart
    places[at + VALUE + 1] = valueEnd
    return integralDouble
  }

  /** The last attribute of this name among those from `from` to `to`. */
  get(name: string, from: number, to: number): AnyValue | undefined {
    const key = keyBytes(name)
    const { length } = key
    const { places } = this
    const { bytes } = this.reader
    for (let at = (to - 1) * STRIDE; at >= from * STRIDE; at -= STRIDE) {
      const start = places[at + KEY] ?? 0
      if ((places[at + KEY + 1] ?? 0) - start !== length) continue
      // Dotted names of one origin begin alike and differ at the end.
      let left = length - 1
      while (left >= 0 && bytes[start + left] === key[left]) left--
      if (left < 0) return this.#value(at)
    }
    return undefined
  }

  all(from: number, to: number): Attributes {
    const attributes: Attributes = {}
    for (let at = from * STRIDE; at < to * STRIDE; at += STRIDE) {
      setKey(attributes, this.#key(at), this.#value(at))
    }
    return attributes
  }

  /** Notes the doubles with an integral value in the attributes from `from` to `to`. */
  doubles(from: number, to: number, into: Doubles): void {
    for (let at = from * STRIDE; at < to * STRIDE; at += STRIDE) {
      this.#value(at, into, step('/attributes', this.#key(at)))
    }
  }

  /** Bytes from the first to the last of the attributes from `from` to `to`. */
  size(from: number, to: number): number {
    return (this.places[(to - 1) * STRIDE + 1] ?? 0) - (this.places[from * STRIDE] ?? 0)
  }

  /** Writes the attributes from `from` to `to` as they came, fields that are not known included. */
  write(writer: BinaryWriter, from: number, to: number): void {
    const { places } = this
    let start = 0
    let end = 0
    for (let at = from * STRIDE; at < to * STRIDE; at += STRIDE) {
      const next = places[at] ?? 0
      // Mostly they stand side by side, and one copy does for all.
      if (next !== end) {
        writer.raw(this.reader.bytes.subarray(start, end))
        start = next
      }
      end = places[at + 1] ?? 0
    }
    writer.raw(this.reader.bytes.subarray(start, end))
  }

  #key(at: number): string {
    return this.reader.keyText(this.places[at + KEY] ?? 0, this.places[at + KEY + 1] ?? 0)
  }

  #value(at: number, doubles?: Doubles, pointer?: string): AnyValue {
    this.reader.pos = this.places[at + VALUE] ?? 0
    return readValue(this.reader, this.places[at + VALUE + 1] ?? 0, this.unbounded, 0, doubles, pointer)
  }
}

/** The attributes of one record: those of an index from one number to another. */
export class IndexedAttributes implements AttributeView {
  readonly #index: AttributeIndex
  readonly #from: number
  readonly #to: number

  constructor(index: AttributeIndex, from: number, to: number) {
    this.#index = index
    this.#from = from
    this.#to = to
  }

  get size(): number {
    return this.#index.size(this.#from, this.#to)
  }

  get(name: string): AnyValue | undefined {
    return this.#index.get(name, this.#from, this.#to)
  }

  all(): Attributes {
    return this.#index.all(this.#from, this.#to)
  }

  /** Writes them as they came, as fields of a `LogRecord`. */
  write(writer: BinaryWriter): void {
    this.#index.write(writer, this.#from, this.#to)
  }
}

/** Names that were asked for, as UTF-8. They come from configurations: few, and the same again and again. */
const known = new Map<string, Uint8Array>()
const MAX_KNOWN = 1000
const encoder = new TextEncoder()

function keyBytes(name: string): Uint8Array {
  let bytes = known.get(name)
  if (bytes === undefined) {
    if (known.size >= MAX_KNOWN) known.clear()
    bytes = encoder.encode(name)
    known.set(name, bytes)
  }
  return bytes
}
