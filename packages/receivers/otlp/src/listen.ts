import type { Server } from 'node:net'
import { LacunaError } from '@lacuna/sdk'
import { type Endpoint, showEndpoint } from './endpoint.ts'

/** What the usual errors of listening mean, and what to do. */
const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there; stop it, or choose another port',
  EACCES: 'this user may not listen there; choose a port from 1024',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of that name',
}

/** Starts to listen, and gives the address with the port that was taken. Rejects with a `LacunaError`. */
export function listen(
  server: Server,
  endpoint: Endpoint,
  protocol: string,
  component: string,
): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message
      reject(
        new LacunaError(
          'cannot_listen',
          `cannot listen for OTLP over ${protocol} at ${showEndpoint(endpoint)}: ${CAUSES[code] ?? code}`,
          { component, cause: error },
        ),
      )
    }
    server.once('error', failed)
    server.listen({ host: endpoint.host, port: endpoint.port }, () => {
      server.off('error', failed)
      // A failure to accept (no more descriptors, say) is one connection's, and must not end the process.
      server.on('error', () => {})
      const address = server.address()
      resolve(
        typeof address === 'object' && address !== null
          ? { host: address.address, port: address.port }
          : endpoint,
      )
    })
  })
}
