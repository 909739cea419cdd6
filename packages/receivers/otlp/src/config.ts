import { duration, secret, size } from '@lacuna/sdk'
import { z } from 'zod'
import { endpoint, isLoopback, showEndpoint } from './endpoint.ts'

/** What is compared is its digest, but an empty token would be one that everybody has. */
const token = () => secret().refine((value) => value.reveal() !== '', 'expected a text that is not empty')

const auth = z
  .strictObject({
    bearer_tokens: z
      .array(token())
      .min(1, 'expected at least one token')
      .optional()
      .describe(
        'Tokens that are taken as `Authorization: Bearer TOKEN`; several, so that one can be replaced.',
      ),
    basic: z
      .array(
        z.strictObject({
          username: z
            .string()
            .min(1)
            .refine((name) => !name.includes(':'), 'a user name for basic authentication has no colon')
            .describe('User name.'),
          password: token().describe('Password.'),
        }),
      )
      .min(1, 'expected at least one user')
      .optional()
      .describe('Users that are taken with basic authentication.'),
  })
  .refine((value) => value.bearer_tokens !== undefined || value.basic !== undefined, {
    message: 'say who is let in: set "bearer_tokens" or "basic"',
  })

const tls = z.strictObject({
  cert_file: z.string().min(1).describe('The certificate and those between it and its root, in PEM.'),
  key_file: z.string().min(1).describe('The private key of the certificate, in PEM.'),
  client_ca_file: z
    .string()
    .min(1)
    .optional()
    .describe('Roots, in PEM, that a client must have a certificate of (mutual TLS).'),
})

const cors = z.strictObject({
  allowed_origins: z
    .array(
      z
        .string()
        .regex(/^(?:\*|https?:\/\/[^/\s]+)$/, 'expected an origin such as https://app.example.com, or *'),
    )
    .min(1, 'expected at least one origin')
    .describe('Origins (`https://app.example.com`) whose pages may send; `*` for every one.'),
})

/** What a protocol has of its own; otherwise what stands at the receiver holds. */
const own = (standard: string) => ({
  endpoint: endpoint()
    .prefault(standard)
    .describe('Address to listen at, `host:port`; port 0 takes any that is free.'),
  tls: tls.optional().describe('TLS of this protocol, instead of what `tls` beside `protocols` says.'),
  insecure: z
    .boolean()
    .optional()
    .describe('Whether this protocol may listen beyond this machine without TLS, instead of `insecure`.'),
})

const grpc = z.strictObject(own('127.0.0.1:4317'))
const http = z.strictObject({
  ...own('127.0.0.1:4318'),
  cors: cors.optional().describe('Browser pages that may send; none unless named.'),
})

const MINUTE = 60_000

export const config = z
  .strictObject({
    protocols: z
      .strictObject({
        grpc: grpc.optional().describe('OTLP over gRPC.'),
        http: http.optional().describe('OTLP over HTTP, with protobuf or JSON: `POST /v1/logs`.'),
      })
      .refine((value) => value.grpc !== undefined || value.http !== undefined, {
        message: 'nothing to listen to: name "grpc", "http" or both',
      })
      .prefault({ grpc: {}, http: {} })
      .describe('What is listened to: those named, and both when the key is absent.'),
    tls: tls.optional().describe('TLS for both protocols.'),
    insecure: z
      .boolean()
      .default(false)
      .describe(
        'Whether to listen beyond this machine without TLS, where whoever is in between can read and forge.',
      ),
    auth: auth.optional().describe('Who may send; everybody who can connect unless it is set.'),
    max_request_bytes: size()
      .prefault('20MiB')
      .refine((bytes) => bytes >= 1, 'expected at least one byte')
      .describe('Largest request as it is sent; what is larger is refused with 413 or RESOURCE_EXHAUSTED.'),
    max_decompressed_bytes: size()
      .prefault('64MiB')
      .refine((bytes) => bytes >= 1 && bytes <= 512 * 2 ** 20, 'expected a size from 1B to 512MiB')
      .describe('Largest request once decompressed; decompression stops there.'),
    max_bytes_in_flight: size()
      .prefault('64MiB')
      .refine((bytes) => bytes >= 1, 'expected at least one byte')
      .describe(
        'Bytes of requests that are being read or wait for the pipelines; beyond it senders are told to come back. A request that is alone is always let in.',
      ),
    max_connections: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(2048)
      .describe('Connections of one protocol at once; those beyond it are closed.'),
    request_timeout: duration()
      .prefault('30s')
      .refine((millis) => millis >= 100, 'expected at least 100ms')
      .describe('Time in which a request must have arrived as a whole.'),
    idle_timeout: duration()
      .prefault('2m')
      .refine((millis) => millis >= 1000 && millis <= 24 * 60 * MINUTE, 'expected 1s to 24h')
      .describe('A connection on which nothing moves for that long is closed.'),
  })
  .superRefine((value, context) => {
    for (const name of ['grpc', 'http'] as const) {
      const protocol = value.protocols[name]
      if (protocol === undefined || isLoopback(protocol.endpoint)) continue
      if ((protocol.tls ?? value.tls) !== undefined || (protocol.insecure ?? value.insecure)) continue
      context.addIssue({
        code: 'custom',
        path: ['protocols', name, 'endpoint'],
        message:
          `${showEndpoint(protocol.endpoint)} can be reached from other machines: set "tls", ` +
          'or "insecure: true" if the network in between is trusted',
      })
    }
  })

/** The receiver's configuration, checked and with its defaults. */
export type OtlpConfig = z.output<typeof config>
export type TlsConfig = z.output<typeof tls>
export type AuthConfig = z.output<typeof auth>
export type CorsConfig = z.output<typeof cors>
