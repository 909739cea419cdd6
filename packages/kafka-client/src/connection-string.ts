/** What a connection string of Event Hubs says about where to connect. */
export interface Endpoint {
  /** `host:port`. */
  readonly broker: string
  /** The hub, where the key is for a single one. */
  readonly topic: string | undefined
  /** The emulator speaks without TLS. */
  readonly emulator: boolean
}

/** The Kafka port of a namespace, and the emulator's (Microsoft's documentation of both). */
const PORT = 9093
const EMULATOR_PORT = 9092

/**
 * Reads a connection string as the Azure portal gives it. Throws an `Error` whose sentence never holds a part of
 * it, as it is a secret.
 *
 * @example
 * ```ts
 * parseConnectionString('Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=...')
 * // { broker: 'ns.servicebus.windows.net:9093', topic: undefined, emulator: false }
 * ```
 */
export function parseConnectionString(text: string): Endpoint {
  const fields = new Map<string, string>()
  for (const part of text.split(';')) {
    const at = part.indexOf('=')
    if (at > 0) fields.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim())
  }
  const host = hostOf(fields.get('endpoint'))
  for (const name of ['SharedAccessKeyName', 'SharedAccessKey'])
    if (!fields.get(name.toLowerCase())) throw new Error(`the connection string has no ${name}=...; ${COPY}`)
  const emulator = fields.get('usedevelopmentemulator')?.toLowerCase() === 'true'
  const topic = fields.get('entitypath')
  return {
    broker: `${host}:${emulator ? EMULATOR_PORT : PORT}`,
    topic: topic === '' ? undefined : topic,
    emulator,
  }
}

const COPY = 'copy the whole of it from the portal, under Shared access policies'

function hostOf(endpoint: string | undefined): string {
  if (endpoint === undefined) throw new Error(`the connection string has no Endpoint=sb://...; ${COPY}`)
  const url = URL.parse(endpoint)
  if (url === null || url.protocol !== 'sb:' || url.hostname === '')
    throw new Error(`the Endpoint of the connection string is not of the form sb://HOST/; ${COPY}`)
  return url.hostname
}
