import type { AnyValue } from '@lacuna/sdk'
import type { Doubles } from './doubles.ts'
import type { Budget } from './limits.ts'
import { int64, isWireInteger } from './numbers.ts'
import { step } from './pointer.ts'
import { setKey } from './set-key.ts'
import { fields, type WireReader } from './wire-reader.ts'

const ANY_VALUE = fields(1, 2, 3, 4, 5, 6, 7)
const VALUES = fields(1)
const KEY_VALUE = fields(1, 2)

/**
 * Reads an `AnyValue` from `reader.pos` to `end`. One without any field is null; of several fields the last
 * counts, as for every protobuf `oneof`.
 *
 * `doubles` takes the pointers of doubles with an integral value; `pointer` is the value's own.
 */
export function readValue(
  reader: WireReader,
  end: number,
  budget: Budget,
  depth: number,
  doubles?: Doubles,
  pointer = '',
): AnyValue {
  if (reader.pos === end) budget.value()
  let value: AnyValue = null
  let integralDouble = false
  while (reader.pos < end) {
    budget.value()
    const tag = reader.tag(end)
    integralDouble = false
    switch (tag) {
      case 0x0a:
        value = reader.valueText(end)
        break
      case 0x10:
        value = reader.varint(end) !== 0 || reader.high !== 0
        break
      case 0x18:
        value = int64(reader.varint(end), reader.high)
        break
      case 0x21:
        value = reader.double(end)
        integralDouble = isWireInteger(value)
        break
      case 0x2a:
        value = readList(reader, reader.ending(end), budget, depth + 1, doubles, pointer)
        break
      case 0x32:
        value = readMap(reader, reader.ending(end), budget, depth + 1, doubles, pointer)
        break
      case 0x3a: {
        const stop = reader.ending(end)
        value = reader.bytes.slice(reader.pos, stop)
        reader.pos = stop
        break
      }
      default:
        reader.skip(tag, end, ANY_VALUE)
    }
  }
  if (integralDouble && doubles !== undefined) {
    budget.mark()
    doubles.add(pointer)
  }
  return value
}

function readList(
  reader: WireReader,
  end: number,
  budget: Budget,
  depth: number,
  doubles: Doubles | undefined,
  pointer: string,
): AnyValue[] {
  budget.level(depth)
  const list: AnyValue[] = []
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) {
      const at = doubles === undefined ? '' : step(pointer, list.length)
      list.push(readValue(reader, reader.ending(end), budget, depth, doubles, at))
    } else reader.skip(tag, end, VALUES)
  }
  return list
}

function readMap(
  reader: WireReader,
  end: number,
  budget: Budget,
  depth: number,
  doubles: Doubles | undefined,
  pointer: string,
): { [key: string]: AnyValue } {
  budget.level(depth)
  const map: { [key: string]: AnyValue } = {}
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) readKeyValue(reader, reader.ending(end), budget, depth, map, doubles, pointer)
    else reader.skip(tag, end, VALUES)
  }
  return map
}

/** Reads one `KeyValue` into `map`. A key that is there already gets the later value. */
export function readKeyValue(
  reader: WireReader,
  end: number,
  budget: Budget,
  depth: number,
  map: { [key: string]: AnyValue },
  doubles: Doubles | undefined,
  pointer: string,
): void {
  let key = ''
  let valueStart = end
  let valueEnd = end
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) key = reader.key(end)
    else if (tag === 0x12) {
      valueEnd = reader.ending(end)
      valueStart = reader.pos
      reader.pos = valueEnd
    } else reader.skip(tag, end, KEY_VALUE)
  }
  // Read only now: on the wire the value may stand before the key.
  const at = doubles === undefined ? '' : step(pointer, key)
  reader.pos = valueStart
  setKey(map, key, readValue(reader, valueEnd, budget, depth, doubles, at))
  reader.pos = end
}

/**
 * Passes over an `AnyValue`, checking all that {@link readValue} would, and building nothing. True when there is
 * a double with an integral value in it.
 */
export function checkValue(reader: WireReader, end: number, budget: Budget, depth: number): boolean {
  if (reader.pos === end) budget.value()
  let integralDouble = false
  while (reader.pos < end) {
    budget.value()
    const tag = reader.tag(end)
    switch (tag) {
      case 0x0a:
        reader.skipString(end)
        break
      case 0x10:
      case 0x18:
        reader.varint(end)
        break
      case 0x21:
        if (isWireInteger(reader.double(end))) {
          budget.mark()
          integralDouble = true
        }
        break
      case 0x2a:
      case 0x32: {
        const stop = reader.ending(end)
        budget.level(depth + 1)
        if (checkValues(reader, stop, budget, depth + 1, tag === 0x32)) integralDouble = true
        break
      }
      case 0x3a:
        reader.pos = reader.ending(end)
        break
      default:
        reader.skip(tag, end, ANY_VALUE)
    }
  }
  return integralDouble
}

function checkValues(reader: WireReader, end: number, budget: Budget, depth: number, map: boolean): boolean {
  let integralDouble = false
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag !== 0x0a) {
      reader.skip(tag, end, VALUES)
      continue
    }
    const stop = reader.ending(end)
    const found = map ? checkKeyValue(reader, stop, budget, depth) : checkValue(reader, stop, budget, depth)
    if (found) integralDouble = true
  }
  return integralDouble
}

function checkKeyValue(reader: WireReader, end: number, budget: Budget, depth: number): boolean {
  let integralDouble = false
  while (reader.pos < end) {
    const tag = reader.tag(end)
    if (tag === 0x0a) reader.skipString(end)
    else if (tag === 0x12) {
      if (checkValue(reader, reader.ending(end), budget, depth)) integralDouble = true
    } else reader.skip(tag, end, KEY_VALUE)
  }
  return integralDouble
}
