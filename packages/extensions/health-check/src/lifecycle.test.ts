import { extensionConformance, testExtensionHost } from '@lacuna/sdk/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { config as schema } from './config.ts'
import { healthCheck } from './health-check.ts'
import factory from './index.ts'
import { healthServer, MAX_CONNECTIONS } from './server.ts'
import { ask, connected, rest, running, status } from './test-kit.fixture.ts'

describe('health_check is an extension that', () => {
  for (const check of extensionConformance({ factory, config: { endpoint: '127.0.0.1:0' } }))
    it(check.name, check.run)
})

describe('the health check', () => {
  it('says who has the port when it is taken, and stops all the same', async () => {
    const { address } = await running()
    const second = healthCheck(
      schema.parse({ endpoint: address }),
      testExtensionHost({ id: 'health_check/b' }),
    )
    await expect(second.start?.()).rejects.toMatchObject({
      code: 'cannot_listen',
      component: 'health_check/b',
      message: `health_check/b: cannot listen for health checks at ${address}: the port is taken; set another endpoint, or stop the process that has it`,
    })
    await second.stop?.()
    expect((await ask(address, '/live')).status).toBe(200)
  })

  it('gives the port back when it stops, whoever is connected', async () => {
    const { check, address } = await running()
    const silent = await connected(address)
    const half = await connected(address)
    half.write('GET /live HTTP/1.1\r\nHost: a\r\n')
    await check.stop?.()
    await Promise.all([rest(silent), rest(half)])
    await expect(ask(address, '/live')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const next = healthCheck(schema.parse({ endpoint: address }), testExtensionHost())
    await next.start?.()
    expect(next.address).toBe(address)
    await next.stop?.()
  })

  it('can be stopped while it starts', async () => {
    const check = healthCheck(schema.parse({ endpoint: '127.0.0.1:0' }), testExtensionHost())
    const starting = check.start?.()
    await check.stop?.()
    await starting
    expect(check.address).toBeUndefined()
  })
})

describe('whoever connects', () => {
  it('gets one answer, and is disconnected', async () => {
    const { address } = await running()
    const socket = await connected(address)
    socket.write('GET /live HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n')
    expect((await rest(socket)).match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  it('is refused with too large a head', async () => {
    const { address } = await running()
    const socket = await connected(address)
    socket.write(`GET /live HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 431 /)
  })

  it.each(['\u0000\u0001\u0002', 'GET\r\n\r\n', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'])(
    'with %j harms nobody',
    async (bytes) => {
      const { address } = await running()
      const socket = await connected(address)
      socket.write(bytes)
      await rest(socket)
      expect((await ask(address, '/live')).status).toBe(200)
    },
  )

  it.each(['', 'GET /live HTTP/1.1\r\nHost: a\r\n', 'POST /live HTTP/1.1\r\nContent-Length: 9\r\n\r\n1'])(
    'and says no more than %j is cut off in time',
    async (bytes) => {
      const server = healthServer(() => status(), 50)
      onTestFinished(() => void server.close())
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const socket = await connected(`127.0.0.1:${port}`)
      socket.write(bytes)
      expect(await rest(socket)).not.toMatch(/ 200 /)
    },
  )

  it('and holds every connection gives way to a probe', async () => {
    const { address } = await running()
    const held = []
    for (let at = 0; at < MAX_CONNECTIONS; at++) held.push(await connected(address))
    const [first] = held
    const gone = first === undefined ? undefined : rest(first)
    expect((await ask(address, '/ready')).status).toBe(200)
    await gone
    expect(held.filter(({ closed }) => closed)).toHaveLength(1)
  })
})
