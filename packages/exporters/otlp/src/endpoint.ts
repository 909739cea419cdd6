import { isIP } from 'node:net'

/** Whether a URL leads to this machine, where nothing between can read along. */
export function isLoopback({ hostname }: URL): boolean {
  if (isIP(hostname) === 4) return hostname.startsWith('127.')
  return hostname === 'localhost' || hostname === '[::1]'
}

/** The URL that requests go to: `/v1/logs` is added where it has no path. */
export function logsUrl(endpoint: string): URL {
  const url = new URL(endpoint)
  if (url.pathname === '/') url.pathname = '/v1/logs'
  return url
}

/** What gRPC connects to. */
export function grpcTarget(endpoint: string): string {
  const { hostname, port, protocol } = new URL(endpoint)
  return `dns:${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

/** A URL as it may be shown: a query may hold a key. */
export function shownUrl(url: URL, protocol: string): string {
  return protocol === 'grpc' ? url.origin : `${url.origin}${url.pathname}`
}
