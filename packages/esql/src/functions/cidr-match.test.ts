import { expect, test } from 'vitest'
import { errorOf, truth } from '../../test/evaluate.ts'

test('an address lies in a block, IPv4 and IPv6', () => {
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8")', { a: '10.255.255.255' })).toBe(true)
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8")', { a: '11.0.0.0' })).toBe(false)
  expect(truth('CIDR_MATCH(a, "10.1.2.3/8")', { a: '10.9.9.9' })).toBe(true)
  expect(truth('CIDR_MATCH(a, "192.168.1.128/25")', { a: '192.168.1.127' })).toBe(false)
  expect(truth('CIDR_MATCH(a, "0.0.0.0/0")', { a: '1.2.3.4' })).toBe(true)
  expect(truth('CIDR_MATCH(a, "0.0.0.0/0")', { a: '2001:db8::1' })).toBe(false)
  expect(truth('CIDR_MATCH(a, "10.0.0.1/32")', { a: '::ffff:10.0.0.1' })).toBe(true)
  expect(truth('CIDR_MATCH(a, "2001:db8::/33")', { a: '2001:db8:7fff::' })).toBe(true)
  expect(truth('CIDR_MATCH(a, "2001:db8::/33")', { a: '2001:db8:8000::' })).toBe(false)
  expect(truth('CIDR_MATCH(a, "::/0")', { a: '10.0.0.1' })).toBe(true)
})

test('one of several blocks is enough, also from fields', () => {
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8", "172.16.0.0/12")', { a: '172.31.0.1' })).toBe(true)
  expect(truth('CIDR_MATCH(a::ip, b)', { a: '10.0.0.1', b: '10.0.0.0/31' })).toBe(true)
})

test('what is no address or no block is null', () => {
  expect(truth('CIDR_MATCH(a, "203.0.113.0/24")', { a: '203.0.113.***' })).toBe(null)
  expect(truth('NOT CIDR_MATCH(a, "203.0.113.0/24")', { a: '203.0.113.***' })).toBe(null)
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8")')).toBe(null)
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8")', { a: 10 })).toBe(null)
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8")', { a: ['10.0.0.1'] })).toBe(null)
  expect(truth('CIDR_MATCH(a, "10.0.0.0/8", b)', { a: '10.0.0.1', b: 'x' })).toBe(null)
})

test('a literal that is no block is refused where it stands', () => {
  expect(errorOf('CIDR_MATCH(a, "10.0.0.0/8", "10.0.0.1")')).toMatchObject({ code: 'type', offset: 28 })
  expect(errorOf('CIDR_MATCH(a, "10.0.0.1")').message).toContain('"10.0.0.1/32"')
  expect(errorOf('CIDR_MATCH(a, "10.0.0.0/33")').code).toBe('type')
  expect(errorOf('CIDR_MATCH(a, "10.0.0.0/08")').code).toBe('type')
  expect(errorOf('CIDR_MATCH(1, "10.0.0.0/8")').message).toContain('must be an ip or a string')
})
