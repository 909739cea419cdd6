import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerCredentials } from '@grpc/grpc-js'
import { LacunaError, RetryableError } from '@lacuna/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Certificates, makeCertificates, type Pair } from './certificates.fixture.ts'
import { failure, never, records, startExporter } from './exporter.fixture.ts'
import { startGrpcServer } from './grpc-server.fixture.ts'
import { startHttpServer } from './http-server.fixture.ts'

let certificates: Certificates
const cleanUp: (() => unknown)[] = []

beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates.remove())
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

type Protocol = 'http/protobuf' | 'grpc'

/** A server with a certificate, that asks for one of the client if told; and how many records reached it. */
async function startServer(protocol: Protocol, { cert, key }: Pair, mutual = false) {
  const ca = certificates.ca.cert
  if (protocol === 'grpc') {
    const credentials = ServerCredentials.createSsl(ca, [{ cert_chain: cert, private_key: key }], mutual)
    const server = await startGrpcServer(credentials)
    cleanUp.push(() => server.close())
    return { endpoint: `https://127.0.0.1:${server.port}`, received: server.received }
  }
  const server = await startHttpServer({ cert, key, ca, requestCert: mutual, rejectUnauthorized: mutual })
  cleanUp.push(() => server.close())
  return { endpoint: server.url, received: server.received }
}

async function exporterTo(protocol: Protocol, endpoint: string, tls: object) {
  const { exporter } = await startExporter({ protocol, endpoint, tls })
  cleanUp.push(() => exporter.stop?.())
  return exporter
}

describe.each<Protocol>(['http/protobuf', 'grpc'])('the otlp exporter over TLS, %s', (protocol) => {
  it('trusts the authority that it is given', async () => {
    const { endpoint, received } = await startServer(protocol, certificates.here)
    const exporter = await exporterTo(protocol, endpoint, { ca_file: certificates.ca.certFile })
    await exporter.export(records(2), never)
    expect(received[0]?.records).toHaveLength(2)
  })

  it('shows its certificate to a server that asks for it', async () => {
    const { endpoint, received } = await startServer(protocol, certificates.here, true)
    const { certFile, keyFile } = certificates.client
    const tls = { ca_file: certificates.ca.certFile, cert_file: certFile, key_file: keyFile }
    await (await exporterTo(protocol, endpoint, tls)).export(records(2), never)
    expect(received[0]?.records).toHaveLength(2)

    const without = await exporterTo(protocol, endpoint, { ca_file: certificates.ca.certFile })
    expect(await failure(without)).toBeInstanceOf(RetryableError)
    expect(received).toHaveLength(1)
  })

  it('sends nothing to a server whose certificate is for another host', async () => {
    const { endpoint, received } = await startServer(protocol, certificates.elsewhere)
    const exporter = await exporterTo(protocol, endpoint, { ca_file: certificates.ca.certFile })
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(
      /cannot send to https:\/\/127\.0\.0\.1:\d+\S*: its certificate is for another host$/,
    )
    expect(received).toHaveLength(0)
  })

  it('sends nothing to a server that nobody vouches for', async () => {
    const { endpoint, received } = await startServer(protocol, certificates.here)
    const error = await failure(await exporterTo(protocol, endpoint, {}))
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(/not trusted: name that in tls\.ca_file$/)
    expect(received).toHaveLength(0)
  })

  it('is told that the other side does not speak TLS', async () => {
    const server = await startHttpServer()
    cleanUp.push(() => server.close())
    const exporter = await exporterTo(protocol, server.url.replace('http:', 'https:'), {})
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(/does not speak TLS: is it http:\/\/\?$/)
  })

  it('names the file that it cannot use', async () => {
    const endpoint = 'https://127.0.0.1:4318'
    const missing = join(certificates.directory, 'missing.pem')
    const text = join(certificates.directory, 'text.pem')
    writeFileSync(text, 'no certificate at all')
    const start = (tls: object) => startExporter({ protocol, endpoint, tls })
    await expect(start({ ca_file: missing })).rejects.toThrow(
      new LacunaError('bad_tls', `cannot read tls.ca_file ${missing}: ENOENT`, { component: 'otlp/test' }),
    )
    await expect(start({ cert_file: text, key_file: text })).rejects.toThrow(
      'tls.cert_file and tls.key_file do not hold a certificate and its key in PEM',
    )
    const { here, client } = certificates
    await expect(start({ cert_file: here.certFile, key_file: client.keyFile })).rejects.toThrow('do not hold')
  })
})
