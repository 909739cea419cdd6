import { isIP } from 'node:net'
import { z } from 'zod'

/** Where a server listens. */
export interface Endpoint {
  readonly host: string
  /** 0 has the machine choose a free one. */
  readonly port: number
}

const PARTS = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})$/

/** `127.0.0.1:4318`, `[::1]:4318`, `localhost:4318`; `undefined` when it is none of these. */
function parseEndpoint(text: string): Endpoint | undefined {
  const [, six, name, digits] = PARTS.exec(text) ?? []
  const host = six ?? name
  const port = Number(digits)
  if (host === undefined || port > 65_535) return undefined
  return six !== undefined && isIP(six) !== 6 ? undefined : { host, port }
}

/** How an endpoint is written. */
export function showEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback({ host }: Endpoint): boolean {
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === '::1' || host.toLowerCase() === 'localhost'
}

/** A field that takes `host:port`. */
export function endpoint() {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parseEndpoint(text)
      if (parsed !== undefined) return parsed
      context.addIssue({ code: 'custom', message: sentence(text) })
      return z.NEVER
    })
    .meta({ format: 'endpoint' })
}

function sentence(text: string): string {
  const wanted = 'expected host:port, such as 127.0.0.1:4318'
  if (text.includes('://')) return `${wanted}, without a scheme`
  if (text.startsWith(':')) return `${wanted}; to listen on every address write 0.0.0.0${text.slice(0, 6)}`
  return wanted
}
