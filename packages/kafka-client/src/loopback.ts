import { isIPv4 } from 'node:net'

/** Whether a host name is this machine, so that what is sent to it stays here. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}

/** The host of `host:port`. */
export function hostOf(broker: string): string {
  return broker.slice(0, broker.lastIndexOf(':'))
}
