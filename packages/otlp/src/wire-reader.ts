import { isAscii, isUtf8 } from 'node:buffer'
import { cached, KEYS, keep, MAX_VALUE_LENGTH, VALUES } from './text-cache.ts'
import { WireError } from './wire-error.ts'

/** Strings up to this length are looked through here; beyond it a call into Node is cheaper. */
const SHORT = 40

/**
 * Reads protobuf's wire format in place.
 *
 * In place of `@bufbuild/protobuf`'s `BinaryReader`: that one holds a read to the whole buffer only, and after the
 * fact; here every read is held to the end of the message it is part of. Nor does this one make a list for each tag
 * and a bigint for each 64-bit integer: with the same checks around it, `BinaryReader` took as long to walk through a
 * request as `decodeLogs` takes with all that it makes of it (README, "Figures").
 */
export class WireReader {
  /** Where the next read begins. */
  pos = 0
  /** The upper 32 bits of the last varint or 64-bit number, unsigned. */
  high = 0
  readonly bytes: Uint8Array
  readonly #buffer: Buffer
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    // A plain array over the same memory: `slice` of a `Buffer` would share it.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** A varint's lower 32 bits, unsigned; the upper ones are in {@link WireReader.high}. */
  varint(end: number): number {
    const { bytes } = this
    const first = this.pos < end ? (bytes[this.pos] ?? 0) : 0x80
    if (first < 0x80) {
      this.pos++
      this.high = 0
      return first
    }
    return this.#longVarint(end)
  }

  #longVarint(end: number): number {
    const { bytes } = this
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= end) throw this.cut()
      const byte = bytes[this.pos++] ?? 0
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.high = high >>> 0
        return low >>> 0
      }
    }
    throw new WireError(`an integer at byte ${this.pos} has more than ten bytes`)
  }

  /** A field's tag: its number, and in the lowest three bits its wire type. */
  tag(end: number): number {
    const tag = this.varint(end)
    if (tag < 8 || this.high !== 0) throw new WireError(`there is no field at byte ${this.pos}`)
    return tag
  }

  /** Where what follows ends, by the length in front of it; never beyond `end`. */
  ending(end: number): number {
    const length = this.varint(end)
    if (this.high !== 0 || length > end - this.pos) throw this.cut()
    return this.pos + length
  }

  /** A 64-bit number's lower half, unsigned; the upper one is in {@link WireReader.high}. */
  fixed64(end: number): number {
    const at = this.pos
    if (end - at < 8) throw this.cut()
    this.pos = at + 8
    this.high = this.#view.getUint32(at + 4, true)
    return this.#view.getUint32(at, true)
  }

  fixed32(end: number): number {
    const at = this.pos
    if (end - at < 4) throw this.cut()
    this.pos = at + 4
    return this.#view.getUint32(at, true)
  }

  double(end: number): number {
    const at = this.pos
    if (end - at < 8) throw this.cut()
    this.pos = at + 8
    return this.#view.getFloat64(at, true)
  }

  /** The length-delimited field that follows, as text. */
  string(end: number): string {
    const stop = this.ending(end)
    const text = this.text(this.pos, stop)
    this.pos = stop
    return text
  }

  /** The length-delimited field that follows, as a key of a map. */
  key(end: number): string {
    const stop = this.ending(end)
    const text = this.keyText(this.pos, stop)
    this.pos = stop
    return text
  }

  /** As {@link WireReader.text}, for what comes again and again. */
  keyText(start: number, end: number): string {
    const { bytes } = this
    return cached(KEYS, bytes, start, end) ?? keep(KEYS, this.text(start, end), bytes, start, end)
  }

  /** The length-delimited field that follows, as a value: short ones come again and again too. */
  valueText(end: number): string {
    const stop = this.ending(end)
    const start = this.pos
    this.pos = stop
    if (stop - start > MAX_VALUE_LENGTH) return this.text(start, stop)
    const { bytes } = this
    return cached(VALUES, bytes, start, stop) ?? keep(VALUES, this.text(start, stop), bytes, start, stop)
  }

  /** The bytes of a range as text. */
  text(start: number, end: number): string {
    if (start === end) return ''
    return this.#isAscii(start, end)
      ? this.#buffer.toString('latin1', start, end)
      : this.#utf8Text(start, end)
  }

  /** Passes over the length-delimited field that follows, but not over text that is none. */
  skipString(end: number): void {
    const stop = this.ending(end)
    this.checkText(this.pos, stop)
    this.pos = stop
  }

  /** Throws when a range is no text. */
  checkText(start: number, end: number): void {
    if (!this.#isAscii(start, end)) this.#checkUtf8(start, end)
  }

  #isAscii(start: number, end: number): boolean {
    const { bytes } = this
    if (end - start > SHORT) return isAscii(bytes.subarray(start, end))
    let all = 0
    for (let at = start; at < end; at++) all |= bytes[at] ?? 0
    return all < 0x80
  }

  #utf8Text(start: number, end: number): string {
    this.#checkUtf8(start, end)
    return this.#buffer.toString('utf8', start, end)
  }

  #checkUtf8(start: number, end: number): void {
    if (!isUtf8(this.bytes.subarray(start, end)))
      throw new WireError(`the text at byte ${start} is not UTF-8`)
  }

  /** The bytes of a range in lower-case hexadecimal. */
  hex(start: number, end: number): string {
    return this.#buffer.toString('hex', start, end)
  }

  /**
   * Passes over a field that is not known. `known` has a bit for each field number that is: one of those
   * with another wire type than it must have is an error.
   */
  skip(tag: number, end: number, known: number): void {
    const field = tag >>> 3
    if (field < 32 && ((known >>> field) & 1) === 1) {
      throw new WireError(`field ${field} before byte ${this.pos} has the wrong wire type`)
    }
    switch (tag & 7) {
      case 0:
        this.varint(end)
        return
      case 1:
        this.fixed64(end)
        return
      case 2:
        this.pos = this.ending(end)
        return
      case 5:
        this.fixed32(end)
        return
      default:
        // Groups (3 and 4) are not in OTLP and have not been in protobuf for long; 6 and 7 never were.
        throw new WireError(`field ${field} before byte ${this.pos} has the unknown wire type ${tag & 7}`)
    }
  }

  cut(): WireError {
    return new WireError(`a field is cut short at byte ${this.pos}`)
  }
}

/** The bits of field numbers below 32, for {@link WireReader.skip}. */
export function fields(...numbers: number[]): number {
  let bits = 0
  for (const number of numbers) bits |= 1 << number
  return bits
}
