import { validateHeaderName, validateHeaderValue } from 'node:http'
import { secret } from '@lacuna/sdk'
import { z } from 'zod'
import { isLoopback } from './endpoint.ts'

/** Headers that this exporter, or HTTP itself, sets. */
const RESERVED =
  /^(?:content-(?:type|length|encoding)|host|connection|transfer-encoding|te|user-agent|grpc-.*|:.*)$/

const tls = z.strictObject({
  ca_file: z
    .string()
    .min(1)
    .describe('Certificates (PEM) to trust instead of the public ones, for a server with one of your own.')
    .optional(),
  cert_file: z
    .string()
    .min(1)
    .describe('Certificate (PEM) that this client shows; with key_file.')
    .optional(),
  key_file: z.string().min(1).describe('Its private key (PEM).').optional(),
})

/** The options of the `otlp` exporter. */
export const otlpConfig = z
  .strictObject({
    endpoint: z.string().describe('URL of the receiver; over HTTP /v1/logs is added where it has no path.'),
    protocol: z
      .enum(['http/protobuf', 'http/json', 'grpc'])
      .default('http/protobuf')
      .describe('How records are sent.'),
    headers: z
      .record(z.string(), secret())
      .default({})
      .describe('Headers (metadata in gRPC) for every request, such as authorization. Values are secrets.'),
    compression: z
      .enum(['gzip', 'none'])
      .default('gzip')
      .describe('Logs shrink to a tenth; none saves CPU time where the network is no concern.'),
    tls: tls.describe('Certificates for https.').optional(),
    insecure: z
      .boolean()
      .default(false)
      .describe('Allows http to another machine: whoever is between reads records and headers.'),
  })
  .superRefine((config, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    const objection = endpointObjection(config)
    if (objection !== undefined) refuse(['endpoint'], objection)
    const { tls } = config
    if (tls !== undefined && config.endpoint.startsWith('http:'))
      refuse(['tls'], 'tls needs an https:// endpoint')
    if (tls?.cert_file !== undefined && tls.key_file === undefined)
      refuse(['tls'], 'cert_file needs key_file')
    if (tls?.key_file !== undefined && tls.cert_file === undefined)
      refuse(['tls'], 'key_file needs cert_file')
    for (const [name, value] of Object.entries(config.headers)) {
      const objection = headerObjection(name, value.reveal(), config.protocol === 'grpc')
      if (objection !== undefined) refuse(['headers', name], objection)
    }
  })

export type OtlpConfig = z.output<typeof otlpConfig>

function endpointObjection(config: {
  endpoint: string
  protocol: string
  insecure: boolean
}): string | undefined {
  if (!/^https?:\/\//i.test(config.endpoint) || !URL.canParse(config.endpoint)) {
    return 'expected a URL such as https://collector.example.com:4318'
  }
  const url = new URL(config.endpoint)
  if (url.username !== '' || url.password !== '') {
    return 'a URL must not hold a password, for URLs are shown: use headers.authorization'
  }
  if (config.protocol === 'grpc' && (url.pathname !== '/' || url.search !== '')) {
    return 'gRPC has a host and a port and no path'
  }
  if (url.protocol === 'http:' && !isLoopback(url) && !config.insecure) {
    return 'http:// to another machine is not encrypted: use https://, or say insecure: true'
  }
  return undefined
}

/** Says nothing of the value: it is a secret. */
function headerObjection(name: string, value: string, grpc: boolean): string | undefined {
  if (RESERVED.test(name.toLowerCase())) return 'this header is set by the exporter'
  try {
    validateHeaderName(name)
  } catch {
    return 'this is no name of a header'
  }
  if (grpc && !/^[\w.-]+$/.test(name)) return 'gRPC takes letters, digits, "-", "_" and "." in a name'
  const objection = 'the value holds characters that a header cannot have, such as a line break'
  if (grpc && !/^[\x20-\x7e]*$/.test(value)) return objection
  try {
    validateHeaderValue(name, value)
  } catch {
    return objection
  }
  return undefined
}
