import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { type ChannelCredentials, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { decodeStatus, encodeLogs } from '@lacuna/otlp'
import { LogRecord, systemClock } from '@lacuna/sdk'
import { type TestReceiverHost, type TestReceiverHostOptions, testReceiverHost } from '@lacuna/sdk/testing'
import { onTestFinished } from 'vitest'
import { config as schema } from './config.ts'
import { type OtlpReceiver, otlpReceiver } from './otlp-receiver.ts'

/** A receiver that listens on free ports, and is stopped when the test has finished. */
export interface Running {
  readonly receiver: OtlpReceiver
  readonly host: TestReceiverHost
  /** `127.0.0.1:4318`. */
  readonly http: string
  readonly grpc: string
}

const FREE = { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } }

export async function running(config: object = {}, options: TestReceiverHostOptions = {}): Promise<Running> {
  const host = testReceiverHost({ id: 'otlp', clock: systemClock, ...options })
  const receiver = otlpReceiver(schema.parse({ protocols: FREE, ...config }), host)
  onTestFinished(async () => {
    await receiver.stop()
  })
  await receiver.start()
  const { http = '', grpc = '' } = receiver.addresses
  return { receiver, host, http, grpc }
}

/** A request of that many records with these bodies. */
export function logs(...bodies: string[]): Buffer {
  return Buffer.from(encodeLogs(bodies.map((body) => new LogRecord({ body, hrTime: [1_789_380_000, 1] }))))
}

export const PROTOBUF = { 'content-type': 'application/x-protobuf' }
export const JSON_TYPE = { 'content-type': 'application/json' }

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface Post extends RequestOptions {
  readonly body?: Uint8Array | string
  readonly tls?: boolean
}

/** Sends one request over a connection of its own, by default a protobuf `POST /v1/logs`. */
export function post(address: string, { body = '', tls = false, ...options }: Post = {}): Promise<Answer> {
  const { hostname, port } = new URL(`http://${address}`)
  const send = tls ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(
      {
        hostname,
        port,
        servername: '',
        method: 'POST',
        path: '/v1/logs',
        headers: PROTOBUF,
        agent: false,
        ...options,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** How a gRPC call ended. */
export interface GrpcAnswer {
  readonly code: number
  readonly details: string
  /** Milliseconds of the `RetryInfo`, where there is one. */
  readonly retryDelay: number | undefined
  readonly reply: Buffer | undefined
}

export const EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'

/** A client that is closed when the test has finished. */
export function grpcClient(
  address: string,
  creds: ChannelCredentials = credentials.createInsecure(),
  options: object = {},
): Client {
  const client = new Client(address, creds, { 'grpc.enable_retries': 0, ...options })
  onTestFinished(() => client.close())
  return client
}

interface Call {
  readonly metadata?: Record<string, string>
  readonly path?: string
  readonly timeout?: number
}

export function call(client: Client, body: Uint8Array, options: Call = {}): Promise<GrpcAnswer> {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(options.metadata ?? {})) metadata.set(key, value)
  const callOptions = options.timeout === undefined ? {} : { deadline: Date.now() + options.timeout }
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      options.path ?? EXPORT,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      body,
      metadata,
      callOptions,
      (error: ServiceError | null, reply?: Buffer) => {
        const [details] = error?.metadata.get('grpc-status-details-bin') ?? []
        resolve({
          code: error?.code ?? 0,
          details: error?.details ?? '',
          retryDelay: details instanceof Uint8Array ? decodeStatus(details).retryDelay : undefined,
          reply,
        })
      },
    )
  })
}

/** A gate for `consume`: what comes waits until it is opened. */
export function gate(): { readonly consume: () => Promise<void>; open(): void; readonly waiting: number } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let waiting = 0
  return {
    consume() {
      waiting++
      return promise
    },
    open: resolve,
    get waiting() {
      return waiting
    },
  }
}

/** Waits until something holds, which it must within the test's own time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}
