import type { Receiver, ReceiverHost, Source } from '@lacuna/sdk'
import { admission } from './admission.ts'
import { authenticator } from './auth.ts'
import type { OtlpConfig, TlsConfig } from './config.ts'
import { delivery } from './deliver.ts'
import { showEndpoint } from './endpoint.ts'
import { grpcServer } from './grpc-server.ts'
import { httpServer } from './http-server.ts'
import { intake } from './intake.ts'
import type { OtlpServer, ServerSetup } from './server.ts'
import { readTls } from './tls.ts'

/** A receiver that says where it listens, for those who let the machine choose the port. */
export interface OtlpReceiver extends Receiver {
  /** `127.0.0.1:4317`, by protocol; empty before `start`. */
  readonly addresses: { readonly grpc?: string; readonly http?: string }
}

/**
 * Takes logs over OTLP and answers once the pipelines have accepted them.
 *
 * `start` rejects with `cannot_listen` or `bad_tls`, and then listens to nothing. `stop` refuses what has not been
 * handed on, as its senders will send it again, and lets what has been end.
 */
export function otlpReceiver(config: OtlpConfig, host: ReceiverHost): OtlpReceiver {
  const source: Source = { id: `otlp:${host.id}`, finite: false }
  const delivering = delivery(host, source)
  const admitted = admission(config.max_bytes_in_flight)
  const servers = new Map<'grpc' | 'http', OtlpServer>()
  const addresses: { grpc?: string; http?: string } = {}
  let stopped = false

  const shared = {
    id: host.id,
    auth: config.auth === undefined ? undefined : authenticator(config.auth),
    requestTimeout: config.request_timeout,
    idleTimeout: config.idle_timeout,
    maxConnections: config.max_connections,
    clock: host.clock,
    intake: intake({
      admission: admitted,
      delivery: delivering,
      ledger: host.ledger,
      maxRequestBytes: config.max_request_bytes,
      maxDecompressedBytes: config.max_decompressed_bytes,
    }),
  }

  async function make(): Promise<void> {
    const { grpc, http } = config.protocols
    const tlsOf = async (own: TlsConfig | undefined) => {
      const tls = own ?? config.tls
      return tls === undefined ? undefined : await readTls(tls, host.id)
    }
    const setup = async (protocol: NonNullable<typeof grpc>): Promise<ServerSetup> => ({
      ...shared,
      endpoint: protocol.endpoint,
      tls: await tlsOf(protocol.tls),
    })
    if (grpc !== undefined) servers.set('grpc', grpcServer(await setup(grpc)))
    if (http !== undefined) servers.set('http', httpServer(await setup(http), http.cors))
  }

  async function close(): Promise<void> {
    for (const server of servers.values()) server.refuseNew()
    await delivering.stop()
    await Promise.all([...servers.values()].map((server) => server.close()))
    servers.clear()
  }

  async function begin(): Promise<void> {
    await make()
    if (stopped) return
    host.sourceOpened(source)
    try {
      for (const [protocol, server] of servers) {
        const address = showEndpoint(await server.start())
        addresses[protocol] = address
        host.logger.info(
          { protocol, address },
          `listening for OTLP over ${protocol === 'grpc' ? 'gRPC' : 'HTTP'}`,
        )
      }
    } catch (error) {
      await close()
      throw error
    }
  }

  let starting: Promise<void> | undefined
  let closing: Promise<void> | undefined
  return {
    addresses,
    start() {
      starting ??= stopped ? Promise.resolve() : begin()
      return starting
    },
    async stop() {
      stopped = true
      // Whoever started it is told what went wrong there.
      await starting?.catch(() => {})
      closing ??= close()
      await closing
    },
    gauges: () => ({
      connections: [...servers.values()].reduce((sum, server) => sum + server.connections, 0),
      requests_waiting: delivering.waiting,
      bytes_in_flight: admitted.bytesInFlight,
    }),
  }
}
