import { isUtf8 } from 'node:buffer'
import type { AnyValue } from '@lacuna/sdk'

/**
 * A header's value. What a sender wrote over AMQP comes with AMQP's type codes (OASIS AMQP 1.0, part 1, section
 * 1.6). Only what can be no plain text is taken for one of them: codes from 0x80 on are no start of a UTF-8
 * character. Other bytes are text, or stay bytes.
 */
export function headerValue(bytes: Buffer): AnyValue {
  const decoded = decodeAmqp(bytes)
  if (decoded !== undefined) return decoded
  return isUtf8(bytes) ? bytes.toString('utf8') : new Uint8Array(bytes)
}

function decodeAmqp(bytes: Buffer): AnyValue | undefined {
  const [code = 0] = bytes
  const body = bytes.subarray(1)
  if (code === 0xa1 || code === 0xa3) return text(body, 1)
  if (code === 0xb1 || code === 0xb3) return text(body, 4)
  if (body.length === 8) {
    if (code === 0x80) return integer(body.readBigUInt64BE())
    if (code === 0x81) return integer(body.readBigInt64BE())
    if (code === 0x82) return body.readDoubleBE()
    // Milliseconds since 1970.
    if (code === 0x83) return integer(body.readBigInt64BE())
  }
  if (code === 0x98 && body.length === 16) return uuid(body)
  // Booleans have codes that are letters, too: told apart by what follows, which no text has.
  if (code === 0x56 && body.length === 1 && (body[0] === 0 || body[0] === 1)) return body[0] === 1
  return undefined
}

function text(body: Buffer, size: 1 | 4): string | undefined {
  if (body.length < size) return undefined
  const length = size === 1 ? body.readUInt8() : body.readUInt32BE()
  const rest = body.subarray(size)
  return rest.length === length && isUtf8(rest) ? rest.toString('utf8') : undefined
}

function integer(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function uuid(body: Buffer): string {
  return body.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
