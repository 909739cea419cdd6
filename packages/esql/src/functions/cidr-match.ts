import { type Code, fold, truthCode } from '../compile/code.ts'
import { type CidrBlock, isInBlock, parseCidr } from '../values/cidr.ts'
import { parseIp } from '../values/ip.ts'
import type { Truth } from '../values/value.ts'
import { argument, argumentError, type Call, type FunctionSpec } from './signature.ts'

/**
 * `CIDR_MATCH(ip, block, …)`: whether an address, IPv4 or IPv6, lies in one of the blocks. Null when the address or a
 * block is null or is none. Blocks that are literals are read, and refused, when compiling.
 */
export const cidrMatch: FunctionSpec = {
  usage: 'CIDR_MATCH(ip, block, …)',
  least: 2,
  compile: compileCidrMatch,
}

function compileCidrMatch<R>(call: Call<R>): Code<R> {
  const ip = argument(call, 0, ['ip', 'string'])
  const readIp = ip.evaluate
  const blocks = call.args.slice(1).map((_, index) => blockReader(call, index + 1))
  const code = truthCode((record: R): Truth => {
    const text = readIp(record)
    const key = typeof text === 'string' ? parseIp(text) : null
    if (key === null) return null
    let result: Truth = false
    for (const read of blocks) {
      const block = read(record)
      if (block === null) return null
      if (isInBlock(key, block)) result = true
    }
    return result
  })
  return fold(code, call.args)
}

function blockReader<R>(call: Call<R>, index: number): (record: R) => CidrBlock | null {
  const code = argument(call, index, ['string'])
  const { evaluate, constant } = code
  if (constant === undefined) return (record) => toBlock(evaluate(record))
  const block = toBlock(constant.value)
  if (block === null && typeof constant.value === 'string') {
    throw argumentError(
      call,
      index,
      `not a block of addresses, expected something like ${example(constant.value)}`,
    )
  }
  return () => block
}

function toBlock(value: unknown): CidrBlock | null {
  return typeof value === 'string' ? parseCidr(value) : null
}

/** An address alone is meant as a block of one. */
function example(text: string): string {
  if (parseIp(text) === null) return '"10.0.0.0/8"'
  return text.includes(':') ? `"${text}/128"` : `"${text}/32"`
}
