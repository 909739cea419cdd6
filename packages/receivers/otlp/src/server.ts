import type { TlsOptions } from 'node:tls'
import type { Clock } from '@lacuna/sdk'
import type { Authenticator } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import type { Intake } from './intake.ts'

/** What the servers of both protocols are made from. */
export interface ServerSetup {
  readonly id: string
  readonly endpoint: Endpoint
  readonly tls: TlsOptions | undefined
  readonly auth: Authenticator | undefined
  readonly requestTimeout: number
  readonly idleTimeout: number
  readonly maxConnections: number
  readonly clock: Clock
  readonly intake: Intake
}

/** One protocol's server, as the receiver drives it. */
export interface OtlpServer {
  /** Listens; gives the address with the port that was taken. Rejects with a `LacunaError`. */
  start(): Promise<Endpoint>
  /** Takes no connection and no request any more; those still on their way are told to come back. */
  refuseNew(): void
  /** Once the pipelines have answered: lets the answers out, and closes every connection. */
  close(): Promise<void>
  readonly connections: number
}

/** Milliseconds for the last answers to get out to clients that do not read them. */
const GRACE = 1000

/** Things that are under way, and word of when there are none. */
export class UnderWay<T> extends Set<T> {
  #empty: (() => void) | undefined = undefined

  override delete(item: T): boolean {
    const deleted = super.delete(item)
    if (this.size === 0) this.#empty?.()
    return deleted
  }

  /** Resolves when nothing is under way any more, or after a short grace. */
  async over(clock: Clock): Promise<void> {
    if (this.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(GRACE, resolve)
    this.#empty = resolve
    await promise
    cancel()
  }
}
