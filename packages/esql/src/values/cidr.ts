import { type IpKey, parseIp } from './ip.ts'

/** The addresses of a block: from the first to the last, both in it. */
export interface CidrBlock {
  readonly first: IpKey
  readonly last: IpKey
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; null for anything else. Bits behind the prefix are ignored. */
export function parseCidr(text: string): CidrBlock | null {
  const slash = text.indexOf('/')
  const length = text.slice(slash + 1)
  if (slash === -1 || !/^(0|[1-9]\d{0,2})$/.test(length)) return null
  const address = text.slice(0, slash)
  const key = parseIp(address)
  const isV4 = !address.includes(':')
  const bits = Number(length)
  if (key === null || bits > (isV4 ? 32 : 128)) return null
  const prefix = isV4 ? bits + 96 : bits
  let first = ''
  let last = ''
  for (let index = 0; index < 8; index++) {
    const fixed = Math.min(16, Math.max(0, prefix - index * 16))
    const free = 0xffff >> fixed
    const unit = key.charCodeAt(index)
    first += String.fromCharCode(unit & ~free & 0xffff)
    last += String.fromCharCode(unit | free)
  }
  return { first, last }
}

/** Whether an address lies in a block. */
export function isInBlock(key: IpKey, block: CidrBlock): boolean {
  return key >= block.first && key <= block.last
}
