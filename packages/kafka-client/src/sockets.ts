import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

/** Makes the sockets of a session, and can end them all. */
export interface Sockets {
  readonly factory: ISocketFactory
  /** Gives the brokers to connect to; none any more once destroyed, which ends every loop of kafkajs for good. */
  brokers(): string[]
  /** Ends all that are open, and lets none be opened. */
  destroy(): void
}

/** The balancer in front of Event Hubs cuts what is silent for 240 s; probes keep that away. */
const KEEP_ALIVE = 60_000

/** Makes {@link Sockets}. */
export function createSockets(brokers: readonly string[]): Sockets {
  const open = new Set<Socket>()
  let destroyed = false
  return {
    brokers: () => (destroyed ? [] : [...brokers]),
    factory({ host, port, ssl, onConnect }) {
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
        : connectPlain({ host, port }, onConnect)
      socket.setKeepAlive(true, KEEP_ALIVE)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return socket
    },
    destroy() {
      destroyed = true
      for (const socket of open) socket.destroy()
    },
  }
}
