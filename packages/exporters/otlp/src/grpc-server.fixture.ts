import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { decodeLogs, encodeStatus, type Status } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'

const bytes = (value: Buffer) => value

const SERVICE: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
}

interface GrpcReceived {
  readonly metadata: Metadata
  readonly records: LogRecord[]
}

/** A gRPC receiver on a free port of loopback that answers what a test says. */
export interface GrpcServerFixture {
  readonly port: number
  readonly received: GrpcReceived[]
  answer(done: sendUnaryData<Buffer>): void
  close(): void
}

export async function startGrpcServer(
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
): Promise<GrpcServerFixture> {
  const received: GrpcReceived[] = []
  const server = new Server()
  const fixture: GrpcServerFixture = {
    port: 0,
    received,
    answer: (done) => done(null, Buffer.alloc(0)),
    close: () => server.forceShutdown(),
  }
  const implementation: UntypedServiceImplementation = {
    Export(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) {
      received.push({ metadata: call.metadata, records: decodeLogs(call.request) })
      fixture.answer(done)
    },
  }
  server.addService(SERVICE, implementation)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  return Object.assign(fixture, { port })
}

/** An answer that refuses, with the details that gRPC has for it. */
export function refuse(status: Status): (done: sendUnaryData<Buffer>) => void {
  const metadata = new Metadata()
  if (status.retryDelay !== undefined) {
    metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(status)))
  }
  return (done) => done({ code: status.code, details: status.message, metadata })
}
