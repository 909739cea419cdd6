import { closeSync, openSync, readSync } from 'node:fs'

/** The most that one file of a configuration, or one `${file:}`, may hold. */
export const MAX_BYTES = 1024 * 1024

/** A file's text, or why there is none. `offset` is where in what could be read, in UTF-16 code units. */
export type ReadResult =
  | { readonly text: string }
  | { readonly error: string; readonly text: string; readonly offset: number }

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'its name is too long',
}

/** Reads a text file; never more than {@link MAX_BYTES}, whatever it is. */
export function readText(path: string): ReadResult {
  let bytes: Uint8Array
  try {
    bytes = readBounded(path)
  } catch (error) {
    return { error: `cannot be read: ${reason(error)}`, text: '', offset: 0 }
  }
  return decode(bytes)
}

/** Bytes as text: UTF-8, not more than {@link MAX_BYTES}, with nothing in it that is no text. */
export function decode(bytes: Uint8Array): ReadResult {
  if (bytes.length > MAX_BYTES) return { error: 'it holds more than 1 MiB', text: '', offset: 0 }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { error: 'it is UTF-16; save it as UTF-8', text: '', offset: 0 }
  try {
    return checkText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    const text = new TextDecoder().decode(bytes)
    const { byte, offset } = firstInvalid(bytes, text)
    return { error: `it is not UTF-8: byte ${byte + 1} is 0x${bytes[byte]?.toString(16)}`, text, offset }
  }
}

/** What YAML forbids in any place is no text: a binary file, most likely. */
export function checkText(text: string): ReadResult {
  if (text.length > MAX_BYTES) return { error: 'it holds more than 1 MiB', text: '', offset: 0 }
  const offset = text.search(CONTROL)
  if (offset < 0) return { text }
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')
  return { error: `it holds the control character U+${code}`, text, offset }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/

function readBounded(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(MAX_BYTES + 1)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null)
      if (read === 0) break
      length += read
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

export function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASONS[code] ?? (code === '' ? error.message : code)
}

/** Where the first byte stands that is not UTF-8: in the bytes, and in the text that shows it replaced. */
function firstInvalid(bytes: Uint8Array, text: string): { byte: number; offset: number } {
  const encoder = new TextEncoder()
  let byte = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let offset = 0
  for (;;) {
    const next = text.indexOf('\ufffd', offset)
    if (next < 0) return { byte, offset }
    byte += encoder.encode(text.slice(offset, next)).length
    // The replacement character may also have been written as such.
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd)
      return { byte, offset: next }
    byte += 3
    offset = next + 1
  }
}
