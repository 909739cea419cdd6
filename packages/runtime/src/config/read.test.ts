import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkText, decode, MAX_BYTES, readText } from './read.ts'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

describe('readText', () => {
  it('reads UTF-8 and leaves out a byte order mark', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lacuna-')), 'a.yaml')
    writeFileSync(path, '\ufeffä: 1')
    expect(readText(path)).toEqual({ text: 'ä: 1' })
  })

  it('says in words why a file cannot be read', () => {
    expect(readText('/no/such/file')).toMatchObject({ error: 'cannot be read: no such file' })
    expect(readText(tmpdir())).toMatchObject({ error: 'cannot be read: it is a directory' })
  })

  it('reads no more than 1 MiB of what never ends', () => {
    expect(readText('/dev/zero')).toMatchObject({ error: 'it holds more than 1 MiB' })
  })
})

describe('decode', () => {
  it('points at the first byte that is not UTF-8', () => {
    const read = decode(bytes('ok: \ufffd\nbad: ', [0xff], ' rest'))
    expect(read).toMatchObject({ error: 'it is not UTF-8: byte 14 is 0xff', offset: 11 })
  })

  it('points at a character that is cut off', () => {
    expect(decode(bytes('ab', [0xe6, 0xbc]))).toMatchObject({
      error: 'it is not UTF-8: byte 3 is 0xe6',
      offset: 2,
    })
  })

  it('knows UTF-16', () => {
    expect(decode(bytes([0xff, 0xfe, 0x61, 0]))).toMatchObject({ error: 'it is UTF-16; save it as UTF-8' })
  })

  it('takes 1 MiB and no byte more', () => {
    expect(decode(new Uint8Array(MAX_BYTES).fill(0x20))).not.toHaveProperty('error')
    expect(decode(new Uint8Array(MAX_BYTES + 1).fill(0x20))).toHaveProperty('error')
  })
})

describe('checkText', () => {
  it('refuses control characters, as in a binary file', () => {
    expect(checkText('a: \u0000')).toMatchObject({
      error: 'it holds the control character U+0000',
      offset: 3,
    })
    expect(checkText('a:\tb\r\n')).toEqual({ text: 'a:\tb\r\n' })
  })
})
