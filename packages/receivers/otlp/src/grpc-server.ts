import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
} from '@grpc/grpc-js'
import { type Incoming, interceptor } from './grpc-intercept.ts'
import { ACCEPT_ENCODING, refusalStatus } from './grpc-status.ts'
import { encodingOf } from './inflate.ts'
import { asRefusal } from './intake.ts'
import { listen } from './listen.ts'
import { Refusal, stopping } from './refusal.ts'
import { type OtlpServer, type ServerSetup, UnderWay } from './server.ts'
import { PROTOBUF } from './wire.ts'

const PATH = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'
/** Calls of one connection at once. An exporter has one, or some. */
const MAX_STREAMS = 100
/** Milliseconds for the answer to a ping, after which the other end counts as gone. */
const PING_TIMEOUT = 20_000

/** OTLP over gRPC: `LogsService/Export`. */
export function grpcServer(setup: ServerSetup): OtlpServer {
  const { intake } = setup
  const calls = new UnderWay<object>()
  const sockets = new UnderWay<Socket>()
  const reading = new Set<(refusal: Refusal) => void>()
  const state = { stopped: false, calls, reading }
  silence()
  const grpc = new Server({ ...options(setup), interceptors: [interceptor(setup, state)] })

  function handle(call: ServerUnaryCall<Incoming, Uint8Array>, callback: sendUnaryData<Uint8Array>): void {
    const { framed, ticket, sender } = call.request
    const encoding = encodingOf(call.request.encoding)
    const taken =
      encoding === undefined
        ? Promise.reject(new Refusal('unsupported', `grpc-encoding must be one of ${ACCEPT_ENCODING}`))
        : intake.take({ bytes: framed.subarray(5), encoding, format: PROTOBUF, ticket, sender })
    taken.then(
      () => {
        const metadata = new Metadata()
        metadata.set('grpc-accept-encoding', ACCEPT_ENCODING)
        call.sendMetadata(metadata)
        callback(null, PROTOBUF.success)
      },
      (error: unknown) => {
        const refusal = asRefusal(error)
        if (!sender.gone) intake.note(refusal.kind)
        callback(refusalStatus(refusal))
      },
    )
  }

  grpc.addService(
    {
      Export: {
        path: PATH,
        requestStream: false,
        responseStream: false,
        requestSerialize: asBuffer,
        requestDeserialize: (message: unknown) => message,
        responseSerialize: asBuffer,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    { Export: handle },
  )

  // Connections are ours and handed to the library: so they are bounded, a taken port is told in our words, and TLS is
  // the same for both protocols.
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure())
  const tcp = makeServer(setup, (socket) => injector.injectConnection(socket))
  tcp.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  return {
    get connections() {
      return sockets.size
    },
    start: () => listen(tcp, setup.endpoint, 'gRPC', setup.id),
    refuseNew() {
      state.stopped = true
      if (tcp.listening) tcp.close()
      for (const refuse of reading) refuse(stopping())
    },
    async close() {
      await calls.over(setup.clock)
      // Says goodbye to every client, whose part it is to hang up.
      grpc.tryShutdown(() => {})
      await sockets.over(setup.clock)
      for (const socket of sockets) socket.destroy()
    },
  }
}

function makeServer({ tls, maxConnections }: ServerSetup, use: (socket: Socket) => void): TcpServer {
  const options = { noDelay: true, keepAlive: true }
  const server =
    tls === undefined
      ? createTcpServer(options, use)
      : createTlsServer({ ...options, ...tls, ALPNProtocols: ['h2'] }, use)
  server.maxConnections = maxConnections
  return server
}

function options({ idleTimeout }: ServerSetup): ServerOptions {
  return {
    // Bytes are admitted as they come, and refused in our words: see `takeOver`.
    'grpc.max_receive_message_length': -1,
    'grpc.max_concurrent_streams': MAX_STREAMS,
    'grpc.max_connection_idle_ms': idleTimeout,
    'grpc.keepalive_time_ms': idleTimeout,
    'grpc.keepalive_timeout_ms': PING_TIMEOUT,
    // It keeps figures of every connection for an interface that is not served.
    'grpc.enable_channelz': 0,
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * The library writes a line to standard error for every header that is no gRPC metadata, its value included: a
 * stranger's text, or a secret. Unless the operator asked for its log, it has none.
 */
function silence(): void {
  const { env } = process
  if (env.GRPC_NODE_VERBOSITY === undefined && env.GRPC_VERBOSITY === undefined) {
    setLogVerbosity(logVerbosity.NONE)
  }
}
