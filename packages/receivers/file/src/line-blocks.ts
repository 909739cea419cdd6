import type { OpenInput } from './open-input.ts'

const NEWLINE = 10

/**
 * Whole lines of one input, or the first part, longer than a record may be, of one line whose rest is
 * discarded. The bytes are good until the next block is asked for.
 */
export interface Block {
  readonly bytes: Buffer
  /** Where the block, discarded bytes included, ends in the (decompressed) stream. */
  readonly end: number
  /** Whether bytes are left out before `end`. */
  readonly cut: boolean
}

/** Cuts a stream of bytes into blocks of whole lines, in bounded memory. */
export interface LineBlocks {
  /**
   * The next block; `undefined` at the end. The last line needs no line end. When reading fails, what had
   * been read comes first and then the rejection.
   */
  next(): Promise<Block | undefined>
}

/**
 * Makes {@link LineBlocks} of an opened input; they read as much at a time as its buffer holds.
 *
 * Of a line that is longer than `maxLineBytes` and its line end, no more than `maxLineBytes + 4` is kept: the four
 * bytes let the cut fall between two characters. The line is handed on once its end is found, so that the
 * position behind it is that of the next line.
 */
export function lineBlocks(input: OpenInput, maxLineBytes: number): LineBlocks {
  const { reader } = input
  const keep = maxLineBytes + 4
  const chunkBytes = input.buffer.length
  let buffer = input.buffer
  // buffer[start, end) is not handed out yet; buffer[start, scanned) holds no line end.
  let start = input.offset
  let scanned = start
  let end = input.length
  let offset = input.base + start
  let long: Buffer | undefined
  let finished = false
  let failure: unknown

  function take(until: number, bytes: Buffer, cut: boolean): Block {
    offset += until - start
    start = until
    scanned = until
    return { bytes, end: offset, cut }
  }

  /** A block of what is in the buffer, if there is one. */
  function fromBuffer(): Block | undefined {
    if (long !== undefined) {
      const newline = buffer.subarray(start, end).indexOf(NEWLINE)
      if (newline === -1) {
        offset += end - start
        start = scanned = end
        return undefined
      }
      const bytes = long
      long = undefined
      return take(start + newline + 1, bytes, true)
    }
    const newline = buffer.subarray(scanned, end).lastIndexOf(NEWLINE)
    if (newline !== -1) {
      const until = scanned + newline + 1
      return take(until, buffer.subarray(start, until), false)
    }
    scanned = end
    if (end - start > keep) {
      long = Buffer.from(buffer.subarray(start, start + keep))
      return fromBuffer()
    }
    return undefined
  }

  function fromRest(): Block | undefined {
    const cut = long !== undefined
    const bytes = long ?? buffer.subarray(start, end)
    long = undefined
    return bytes.length === 0 ? undefined : take(end, bytes, cut)
  }

  async function fill(): Promise<void> {
    const left = end - start
    let into = buffer
    // Only a line that fills the whole buffer makes it grow, up to `keep`; the next short one gives it back.
    if (left === buffer.length) into = Buffer.allocUnsafeSlow(Math.min(left * 2, keep + chunkBytes))
    else if (left < chunkBytes) into = input.buffer
    if (into !== buffer || start > 0) buffer.copy(into, 0, start, end)
    buffer = into
    scanned -= start
    start = 0
    end = left
    try {
      const count = await reader.read(buffer, end)
      end += count
      finished = count === 0
    } catch (error) {
      failure = error
      finished = true
    }
  }

  return {
    async next() {
      for (;;) {
        const block = fromBuffer() ?? (finished ? fromRest() : undefined)
        if (block !== undefined) return block
        if (failure !== undefined) throw failure
        if (finished) return undefined
        await fill()
      }
    },
  }
}
