import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIp, parseIp } from './ip.ts'

const text = (address: string) => {
  const key = parseIp(address)
  return key === null ? null : formatIp(key)
}

test('addresses are read in every way they are written', () => {
  expect(text('10.0.0.1')).toBe('10.0.0.1')
  expect(text('::')).toBe('::')
  expect(text('::1')).toBe('::1')
  expect(text('2001:0DB8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1')
  expect(text('1:2:3:4:5:6:7::')).toBe('1:2:3:4:5:6:7:0')
  expect(text('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(text('64:ff9b::192.0.2.33')).toBe('64:ff9b::c000:221')
})

test('anything else is none', () => {
  const wrong = [
    '',
    '203.0.113.***',
    '1.2.3',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ':::',
    '1::2::3',
    '1:2',
    '::g',
  ]
  wrong.push(
    '12345::',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1.2.3.4::',
    ':1',
    '::1.2.3',
    '1:',
  )
  for (const address of wrong) expect(text(address), address).toBe(null)
  expect(parseIp('1'.repeat(1_000_000))).toBe(null)
})

test('it accepts what Node accepts', () => {
  const alike = fc.array(fc.constantFrom('1', '0', 'f', ':', '::', '.', '25', '1.2.3.4'), { maxLength: 12 })
  const addresses = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    alike.map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(addresses, (address) => {
      expect(parseIp(address) !== null).toBe(isIPv4(address) || isIPv6(address))
    }),
    { numRuns: 2000 },
  )
})

test('what is printed is read back as the same address', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const key = parseIp(address)
      expect(key).not.toBe(null)
      expect(parseIp(formatIp(key ?? ''))).toBe(key)
    }),
  )
})
