import { Client, type ClientOptions, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { decodeResponse, decodeStatus, encodeLogs, type PartialSuccess } from '@lacuna/otlp'
import type { Host } from '@lacuna/sdk'
import { PermanentError, RetryableError } from '@lacuna/sdk'
import type { OtlpConfig } from './config.ts'
import { grpcTarget, shownUrl } from './endpoint.ts'
import { failureInText } from './network-error.ts'
import { serverText } from './server-text.ts'
import { readTlsFiles } from './tls-files.ts'
import type { Transport } from './transport.ts'

const METHOD = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'

/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS: what OTLP says may be tried again. */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15])
/** May be tried again only when the server says when. */
const RESOURCE_EXHAUSTED = 8

const OPTIONS: ClientOptions = {
  'grpc.primary_user_agent': 'lacuna',
  // Trying again is the runtime's; the channel's own wait between connections must not outlast it.
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 2000,
  // The address is what the operator wrote: no settings out of DNS, no proxy out of the environment.
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.max_receive_message_length': 64 * 1024,
  'grpc.use_local_subchannel_pool': 1,
}

/**
 * Sends over gRPC.
 *
 * On `@grpc/grpc-js` itself and not `@opentelemetry/otlp-grpc-exporter-base`: its transport takes no signal, cannot be
 * had without its exporter around it, and leaves out of a failure the delay that the server asked for.
 */
export function grpcTransport(config: OtlpConfig, host: Host, warn: (message: string) => void): Transport {
  const url = new URL(config.endpoint)
  const shown = shownUrl(url, config.protocol)
  const clean = serverText(config.headers)
  const component = host.id
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(config.headers))
    metadata.set(name, headerValue(name, value.reveal()))
  let client: Client | undefined

  return {
    async open() {
      const { ca = null, key = null, cert = null } = await readTlsFiles(config.tls, component)
      const secured =
        url.protocol === 'https:' ? credentials.createSsl(ca, key, cert) : credentials.createInsecure()
      client = new Client(grpcTarget(config.endpoint), secured, {
        ...OPTIONS,
        'grpc.default_compression_algorithm': config.compression === 'gzip' ? 2 : 0,
      })
    },
    async send(records, signal) {
      if (client === undefined) throw new RetryableError('the exporter does not run', { component })
      return answer(await request(client, Buffer.from(encodeLogs(records)), signal))
    },
    close() {
      client?.close()
      client = undefined
    },
  }

  function request(client: Client, body: Buffer, signal: AbortSignal): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      const abort = () => unary.cancel()
      const unary = client.makeUnaryRequest(METHOD, same, same, body, metadata, (error, value) => {
        signal.removeEventListener('abort', abort)
        if (error === null) resolve(value)
        else if (signal.aborted) reject(new RetryableError(`no answer from ${shown} in time`, { component }))
        else reject(refusal(error))
      })
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  function answer(body: Buffer | undefined): PartialSuccess | undefined {
    try {
      return decodeResponse(body ?? new Uint8Array())
    } catch {
      warn(`${shown} accepted records with an answer that is not OTLP`)
      return undefined
    }
  }

  function refusal({ code, details, metadata }: ServiceError): Error {
    const delay = retryDelay(metadata)
    const failure = code === 14 ? failureInText(details) : undefined
    if (failure !== undefined) return new RetryableError(`cannot send to ${shown}: ${failure}`, { component })
    const message = `${shown} answered gRPC code ${code}${details === '' ? '' : ` (${clean(details)})`}`
    if (RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && delay !== undefined)) {
      return new RetryableError(message, { component, ...(delay !== undefined && { retryAfter: delay }) })
    }
    return new PermanentError(message, { component })
  }
}

function same(bytes: Buffer): Buffer {
  return bytes
}

/** Metadata whose name ends in `-bin` is bytes, written in base64. */
function headerValue(name: string, value: string): string | Buffer {
  return name.toLowerCase().endsWith('-bin') ? Buffer.from(value, 'base64') : value
}

/** Milliseconds out of the `RetryInfo` that a server may send with an error. */
function retryDelay(metadata: Metadata): number | undefined {
  const [details] = metadata.get('grpc-status-details-bin')
  if (!(details instanceof Uint8Array)) return undefined
  try {
    return decodeStatus(details).retryDelay
  } catch {
    return undefined
  }
}
