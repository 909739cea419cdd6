import { describe, expect, it } from 'vitest'
import { excerpt } from './excerpt.ts'
import { soundsSecret } from './secret-names.ts'
import { newSource } from './source.ts'

const shown = (text: string, needle: string) => {
  const source = newSource('yaml', 'a', text, '/')
  source.broken = true
  return excerpt(source, text.indexOf(needle))
}

describe('a text that could not be parsed', () => {
  it('does not show what is behind a key that sounds like a secret', () => {
    for (const key of [
      'password',
      'api_key',
      '"token"',
      'connection_string',
      'sasl_passphrase',
      'Authorization',
    ])
      expect(shown(`x: 1\n  - { user: me, ${key}: hunter2 }\n`, 'user')).not.toContain('hunter2')
  })

  it('does not show the lines below such a key', () => {
    expect(shown('a:\n  token: |\n    one\n\n    hunter2\n  b: x\n', 'hunter2')).not.toContain('hunter2')
    expect(shown('a:\n  token: |\n    one\n  other: x\n', 'other')).toContain('other: x')
  })
})

describe('soundsSecret', () => {
  it('knows usual names, and those of the schemas when mistyped', () => {
    expect(soundsSecret('client_secret', new Set())).toBe(true)
    expect(soundsSecret('passcode', new Set())).toBe(true)
    expect(soundsSecret('pskk', new Set(['psk']))).toBe(true)
    expect(soundsSecret('include', new Set(['psk']))).toBe(false)
  })
})
