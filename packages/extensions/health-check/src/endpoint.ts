import { isIP } from 'node:net'
import { z } from 'zod'

/** Where the health check listens. */
export interface Endpoint {
  readonly host: string
  /** 0 has the machine choose a free one. */
  readonly port: number
}

const HOST = /^[A-Za-z0-9._-]{1,253}$/
const PORT = /^\d{1,5}$/
const BRACKETS = /^\[(.{2,45})\]$/

/** How an endpoint is written; the host of an IPv6 address in brackets. */
export function showEndpoint({ host, port }: Endpoint): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

/** Whether no other machine can reach a server that listens there. */
export function isLoopback({ host }: Endpoint): boolean {
  const version = isIP(host)
  if (version === 4) return host.startsWith('127.')
  return version === 6 ? host === '::1' : host.toLowerCase() === 'localhost'
}

/** A field that takes `host:port` and gives both. */
export const endpoint = () =>
  z
    .string()
    .transform((text, context) => {
      const parsed = parse(text)
      if (typeof parsed !== 'string') return parsed
      context.addIssue({ code: 'custom', message: `expected host:port, such as 127.0.0.1:13133${parsed}` })
      return z.NEVER
    })
    .meta({ format: 'endpoint' })

/** The endpoint, or what there is to add to the sentence that says what was expected. */
function parse(text: string): Endpoint | string {
  if (text.includes('://')) return ', without a scheme'
  const colon = text.lastIndexOf(':')
  const port = text.slice(colon + 1)
  if (colon < 0 || !PORT.test(port) || Number(port) > 65_535) return ''
  const name = text.slice(0, colon)
  if (name === '') return `; to listen on every address write 0.0.0.0:${port}`
  const inner = BRACKETS.exec(name)?.[1]
  const valid = inner === undefined ? HOST.test(name) : isIP(inner) === 6
  return valid ? { host: inner ?? name, port: Number(port) } : ''
}
