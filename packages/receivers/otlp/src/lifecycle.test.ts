import { createServer } from 'node:net'
import { status } from '@grpc/grpc-js'
import { LacunaError, systemClock } from '@lacuna/sdk'
import { receiverConformance, testReceiverHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { config } from './config.ts'
import factory from './index.ts'
import { type OtlpReceiver, otlpReceiver } from './otlp-receiver.ts'
import { call, gate, grpcClient, logs, post, running, until } from './test-kit.fixture.ts'

/** An exporter: sends each request until it is taken. */
function sender(address: () => string, requests: number) {
  let going = true
  const send = async () => {
    for (let sent = 0; going && sent < requests; ) {
      const answer = await post(address(), { body: logs(`${sent} a`, `${sent} b`) }).catch(() => undefined)
      if (answer?.status === 200) sent++
      else if (answer === undefined) going = false
    }
  }
  return {
    start: () => void send(),
    stop: () => {
      going = false
    },
  }
}

describe('the contract of receivers', () => {
  let made: OtlpReceiver | undefined
  const create = (parsed: unknown, host: Parameters<typeof otlpReceiver>[1]) => {
    made = otlpReceiver(parsed as never, host)
    return made
  }
  const input = () => {
    const sending = sender(() => made?.addresses.http ?? '', 4)
    return {
      // The host's clock runs a thousand times as fast.
      config: { protocols: { http: { endpoint: '127.0.0.1:0' } }, request_timeout: '1d' },
      records: 8,
      send: sending.start,
      cleanUp: sending.stop,
    }
  }
  const absent = '/no/such/file.pem'
  const broken = { tls: { cert_file: absent, key_file: absent } }
  for (const check of receiverConformance({
    factory: factory as never,
    input,
    create: create as never,
    broken,
  })) {
    it(check.name, check.run)
  }
})

describe('starting', () => {
  it('says in one sentence that a port is taken, and then listens to nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : 0
    const host = testReceiverHost({ id: 'otlp', clock: systemClock })
    const protocols = { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: `127.0.0.1:${port}` } }
    const receiver = otlpReceiver(config.parse({ protocols }), host)
    const error = await Promise.resolve(receiver.start()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LacunaError)
    expect(String(error)).toBe(
      `LacunaError: otlp: cannot listen for OTLP over HTTP at 127.0.0.1:${port}: another process listens there; ` +
        'stop it, or choose another port',
    )
    const grpc = receiver.addresses.grpc ?? ''
    expect((await call(grpcClient(grpc), logs('a'))).code).toBe(status.UNAVAILABLE)
    await receiver.stop()
    other.close()
  })

  it('and stopping before it has done so leaves nothing open', async () => {
    const host = testReceiverHost({ id: 'otlp', clock: systemClock })
    const free = { endpoint: '127.0.0.1:0' }
    const receiver = otlpReceiver(config.parse({ protocols: { grpc: free, http: free } }), host)
    const started = receiver.start()
    await receiver.stop()
    await started
    if (receiver.addresses.http) await expect(post(receiver.addresses.http)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('stopping', () => {
  it('lets what was handed on end, and tells all others to come back', async () => {
    const held = gate()
    const { http, grpc, receiver, host } = await running({}, { consume: held.consume })
    const client = grpcClient(grpc)
    const underWay = [post(http, { body: logs('1') })]
    await until(() => held.waiting === 1)
    const waitingHttp = post(http, { body: logs('2') })
    const waitingGrpc = call(client, logs('3'))
    await until(() => receiver.gauges?.().requests_waiting === 3)
    let over = false
    const stopped = Promise.resolve(receiver.stop()).then(() => {
      over = true
    })
    const told = await waitingHttp
    expect([told.status, told.headers['retry-after'], told.headers.connection]).toEqual([503, '1', 'close'])
    expect(await waitingGrpc).toMatchObject({ code: status.UNAVAILABLE, retryDelay: 1000 })
    expect(over).toBe(false)
    held.open()
    expect((await underWay[0])?.status).toBe(200)
    await stopped
    expect(host.records.map((record) => record.body)).toEqual(['1'])
    await expect(post(http, { body: logs('4') })).rejects.toThrow('ECONNREFUSED')
    expect((await call(client, logs('5'))).code).toBe(status.UNAVAILABLE)
  })

  it('tells a sender whose call is under way that it was taken, over gRPC too', async () => {
    const held = gate()
    const { grpc, receiver } = await running({}, { consume: held.consume })
    const answer = call(grpcClient(grpc), logs('1'))
    await until(() => held.waiting === 1)
    const stopped = receiver.stop()
    held.open()
    expect((await answer).code).toBe(status.OK)
    await stopped
  })
})
