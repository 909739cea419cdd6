import type { Server } from 'node:http'
import { type Extension, type ExtensionHost, LacunaError } from '@lacuna/sdk'
import type { HealthCheckConfig } from './config.ts'
import { type Endpoint, showEndpoint } from './endpoint.ts'
import { healthServer } from './server.ts'

/** An extension that says where it listens, for those who let the machine choose the port. */
export interface HealthCheck extends Extension {
  /** `127.0.0.1:13133`; `undefined` until it listens. */
  readonly address: string | undefined
}

/** What the usual errors of listening mean, and what to do. */
const REASONS = new Map([
  ['EADDRINUSE', 'the port is taken; set another endpoint, or stop the process that has it'],
  ['EACCES', 'ports below 1024 are not for every user; set a higher one'],
  ['EADDRNOTAVAIL', 'the address is none of this machine'],
  ['ENOTFOUND', 'the name of the host is not known'],
])

/**
 * Tells over HTTP how everything is. `start` rejects with `cannot_listen`; it listens until `stop`, which the
 * runtime calls last.
 */
export function healthCheck(config: HealthCheckConfig, host: ExtensionHost): HealthCheck {
  let server: Server | undefined
  let listening: Promise<void> | undefined
  let address: string | undefined

  async function start(): Promise<void> {
    server = healthServer(() => host.status())
    listening = listen(server, config.endpoint, host.id)
    await listening
    address = showEndpoint(addressOf(server) ?? config.endpoint)
    host.logger.info({ address }, 'health checks are answered')
  }

  return {
    get address() {
      return address
    },
    start,
    async stop() {
      // Whoever started it is told what went wrong there.
      await listening?.catch(() => {})
      const closing = server
      server = undefined
      address = undefined
      if (closing?.listening) await close(closing)
    },
  }
}

function listen(server: Server, endpoint: Endpoint, component: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // It stays: a failure to accept later (no more descriptors, say) must not end the process.
  server.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? error.message
    const message = `cannot listen for health checks at ${showEndpoint(endpoint)}: ${REASONS.get(code) ?? code}`
    reject(new LacunaError('cannot_listen', message, { component, cause: error }))
  })
  server.listen(endpoint.port, endpoint.host, resolve)
  return promise
}

function addressOf(server: Server): Endpoint | undefined {
  const address = server.address()
  return address === null || typeof address === 'string'
    ? undefined
    : { host: address.address, port: address.port }
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  return promise
}
