import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { AnyValue, HrTime } from '@lacuna/sdk'
import { isMap, numberForm, TOO_DEEP } from './encodable.ts'
import { MAX_DEPTH } from './limits.ts'
import { isWireTime, toWords, words } from './numbers.ts'
import { step } from './pointer.ts'

/** The marks of a record: {@link LogRecord.doubles}. */
export type Marks = ReadonlySet<string> | undefined

/** Writes the fields of an `AnyValue`. Null has none. */
export function writeValue(
  writer: BinaryWriter,
  value: AnyValue,
  depth: number,
  marks: Marks,
  pointer: string,
): void {
  switch (typeof value) {
    case 'string':
      writer.uint32(0x0a).string(value)
      return
    case 'boolean':
      writer.uint32(0x10).bool(value)
      return
    case 'number':
    case 'bigint':
      writeNumber(writer, value, marks?.has(pointer) === true)
      return
    case 'object':
      if (value === null) return
      if (value instanceof Uint8Array) writer.uint32(0x3a).bytes(value)
      else if (depth >= MAX_DEPTH) writer.uint32(0x0a).string(TOO_DEEP)
      else if (Array.isArray(value)) writeList(writer, value, depth + 1, marks, pointer)
      else if (isMap(value)) {
        writer.uint32(0x32).fork()
        writeKeyValues(writer, 0x0a, value, depth + 1, marks, pointer)
        writer.join()
      }
  }
}

function writeNumber(writer: BinaryWriter, value: number | bigint, marked: boolean): void {
  const form = numberForm(value, marked)
  if (form === 'digits') writer.uint32(0x0a).string(String(value))
  else if (form === 'double') writer.uint32(0x21).double(Number(value))
  // The same bytes as `int64` writes, without a bigint in between.
  else if (typeof value === 'number' && value >= 0 && value <= 0xffff_ffff) writer.uint32(0x18).uint32(value)
  else writer.uint32(0x18).int64(value)
}

function writeList(
  writer: BinaryWriter,
  list: readonly AnyValue[],
  depth: number,
  marks: Marks,
  pointer: string,
) {
  writer.uint32(0x2a).fork()
  for (let index = 0; index < list.length; index++) {
    writer.uint32(0x0a).fork()
    writeValue(writer, list[index] ?? null, depth, marks, marks === undefined ? '' : step(pointer, index))
    writer.join()
  }
  writer.join()
}

/** Writes a map's entries, each a `KeyValue` under `tag`. What is `undefined` is left out. */
export function writeKeyValues(
  writer: BinaryWriter,
  tag: number,
  map: { readonly [key: string]: AnyValue },
  depth: number,
  marks: Marks,
  pointer: string,
): void {
  for (const key in map) {
    if (!Object.hasOwn(map, key)) continue
    const value = map[key]
    if (value === undefined) continue
    writer.uint32(tag).fork().uint32(0x0a).string(key).uint32(0x12).fork()
    writeValue(writer, value, depth, marks, marks === undefined ? '' : step(pointer, key))
    writer.join().join()
  }
}

/** Writes a time as nanoseconds; nothing for one that OTLP cannot say. */
export function writeTime(writer: BinaryWriter, tag: number, time: Readonly<HrTime>): void {
  if (!isWireTime(time)) return
  toWords(time)
  writer.uint32(tag).fixed32(words.low).fixed32(words.high)
}
