import { type ChannelCredentials, credentials, status } from '@grpc/grpc-js'
import { LacunaError } from '@lacuna/sdk'
import { testReceiverHost } from '@lacuna/sdk/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { makeCertificates } from './certificates.fixture.ts'
import { config } from './config.ts'
import { otlpReceiver } from './otlp-receiver.ts'
import { call, grpcClient, logs, post, running } from './test-kit.fixture.ts'

const made = makeCertificates()
afterAll(() => made.remove())

const { ca, client, server, stranger } = made
/** By name: an address is not allowed in the place where a client says whom it wants. */
const tlsClient = (address: string, creds: ChannelCredentials) =>
  grpcClient(address.replace('127.0.0.1', 'localhost'), creds)

const tls = { cert_file: server.certFile, key_file: server.keyFile }
const mutual = { ...tls, client_ca_file: ca.certFile }

describe('TLS', () => {
  it('serves both protocols', async () => {
    const { http, grpc, host } = await running({ tls })
    expect((await post(http, { tls: true, ca: ca.cert, body: logs('h') })).status).toBe(200)
    const answer = await call(tlsClient(grpc, credentials.createSsl(ca.cert)), logs('g'))
    expect(answer).toMatchObject({ code: status.OK })
    expect(host.records.map((record) => record.body)).toEqual(['h', 'g'])
  })

  it('may be of one protocol alone', async () => {
    const protocols = { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0', tls } }
    const { http, grpc } = await running({ protocols })
    expect((await post(http, { tls: true, ca: ca.cert, body: logs('h') })).status).toBe(200)
    expect((await call(grpcClient(grpc), logs('g'))).code).toBe(status.OK)
  })

  it('takes nothing in the clear', async () => {
    const { http, grpc, host } = await running({ tls })
    await expect(post(http, { body: logs('a') })).rejects.toThrow()
    expect((await call(grpcClient(grpc), logs('a'))).code).toBe(status.UNAVAILABLE)
    expect(host.records).toEqual([])
  })

  it('when mutual, lets in who has a certificate of ours, and nobody else', async () => {
    const { http, grpc, host } = await running({ tls: mutual })
    const ours = { ca: ca.cert, cert: client.cert, key: client.key }
    expect((await post(http, { tls: true, ...ours, body: logs('h') })).status).toBe(200)
    const ssl = (pair?: typeof client) => credentials.createSsl(ca.cert, pair?.key, pair?.cert)
    expect((await call(tlsClient(grpc, ssl(client)), logs('g'))).code).toBe(status.OK)

    await expect(post(http, { tls: true, ca: ca.cert, body: logs('none') })).rejects.toThrow()
    const theirs = { ca: ca.cert, cert: stranger.cert, key: stranger.key }
    await expect(post(http, { tls: true, ...theirs, body: logs('other') })).rejects.toThrow()
    expect((await call(tlsClient(grpc, ssl()), logs('none'))).code).toBe(status.UNAVAILABLE)
    expect((await call(tlsClient(grpc, ssl(stranger)), logs('other'))).code).toBe(status.UNAVAILABLE)
    expect(host.records.map((record) => record.body)).toEqual(['h', 'g'])
  })
})

describe('files of TLS that do not work', () => {
  const failure = async (tls: object) => {
    const host = testReceiverHost({ id: 'otlp/edge' })
    const receiver = otlpReceiver(
      config.parse({ protocols: { http: { endpoint: '127.0.0.1:0' } }, tls }),
      host,
    )
    const error = await Promise.resolve(receiver.start()).catch((thrown: unknown) => thrown)
    await receiver.stop()
    if (!(error instanceof LacunaError)) throw new Error('it did start')
    expect([error.code, error.component]).toEqual(['bad_tls', 'otlp/edge'])
    return error.message
  }

  it('are named by key and path', async () => {
    expect(await failure({ ...tls, key_file: '/no/such.key' })).toBe(
      'otlp/edge: cannot read tls.key_file "/no/such.key" (ENOENT)',
    )
    expect(await failure({ ...tls, key_file: client.keyFile })).toContain('are no certificate and its key')
    expect(await failure({ ...tls, client_ca_file: server.keyFile })).toContain('holds no certificate in PEM')
  })
})
