import type { Secret } from '@lacuna/sdk'

const MAX_LENGTH = 300
/** Parts of a header shorter than this are words (`Bearer`) and no secrets. */
const MIN_SECRET = 8
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Makes a function for text of the other side that is to be shown in an error: without our secrets, which it may
 * echo, without what could steer a terminal, and not long.
 */
export function serverText(headers: Readonly<Record<string, Secret>>): (text: string) => string {
  const secrets = new Set<string>()
  for (const secret of Object.values(headers)) {
    const value = secret.reveal()
    if (value !== '') secrets.add(value)
    for (const part of value.split(/\s/)) if (part.length >= MIN_SECRET) secrets.add(part)
  }
  // The longer one first, or what is left of it would stay.
  const ordered = [...secrets].sort((a, b) => b.length - a.length)
  return (text) => {
    let shown = text.slice(0, 10_000)
    for (const value of ordered) shown = shown.replaceAll(value, '[redacted]')
    shown = shown.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}...` : shown
  }
}
