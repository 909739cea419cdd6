import { status } from '@grpc/grpc-js'
import { describe, expect, it } from 'vitest'
import { call, grpcClient, logs, PROTOBUF, post, running } from './test-kit.fixture.ts'

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const auth = {
  bearer_tokens: ['first-token', 'second-token'],
  basic: [{ username: 'ada', password: 'pä:ss' }],
}

const RIGHT = ['Bearer first-token', 'bearer second-token', 'BEARER  first-token', basic('ada', 'pä:ss')]
const WRONG = [
  'Bearer wrong',
  'Bearer first-toke',
  'Bearer first-token2',
  'Bearer',
  'Basic first-token',
  'first-token',
  '',
  basic('ada', ''),
  basic('ada', 'wrong'),
  basic('eve', 'pä:ss'),
  basic('', ''),
  `Bearer ${'x'.repeat(10_000)}`,
]

describe('credentials over HTTP', () => {
  it('let in whoever has one of them', async () => {
    const { http, host } = await running({ auth })
    for (const authorization of RIGHT) {
      const answer = await post(http, { body: logs('a'), headers: { ...PROTOBUF, authorization } })
      expect(answer.status, authorization).toBe(200)
    }
    expect(host.records).toHaveLength(RIGHT.length)
  })

  it('are answered to the byte alike, whether wrong or missing', async () => {
    const { http, host } = await running({ auth })
    const told = new Set<string>()
    for (const authorization of [undefined, ...WRONG]) {
      const headers = authorization === undefined ? PROTOBUF : { ...PROTOBUF, authorization }
      const answer = await post(http, { body: logs('a'), headers })
      const { date: _, ...rest } = answer.headers
      told.add(JSON.stringify([answer.status, rest, answer.body.toString('hex')]))
    }
    expect(told.size).toBe(1)
    expect([...told][0]).toContain('Bearer realm=\\"lacuna\\", Basic realm=\\"lacuna\\", charset=\\"UTF-8\\"')
    expect(host.records).toEqual([])
    expect(host.ledger.notes).toEqual({ refused_unauthenticated: WRONG.length + 1 })
  })

  it('come before everything else that there is to say, and before the body', async () => {
    const { http } = await running({ auth })
    const answers = [
      await post(http, { path: '/v1/traces' }),
      await post(http, { method: 'GET', headers: {} }),
      await post(http, { headers: { ...PROTOBUF, 'content-length': '99999999999' }, body: 'x' }).catch(
        () => undefined,
      ),
    ]
    expect(answers.map((answer) => answer?.status ?? 401)).toEqual([401, 401, 401])
  })
})

describe('credentials over gRPC', () => {
  it('let in whoever has one of them', async () => {
    const { grpc, host } = await running({ auth })
    const client = grpcClient(grpc)
    for (const authorization of RIGHT) {
      expect((await call(client, logs('a'), { metadata: { authorization } })).code, authorization).toBe(
        status.OK,
      )
    }
    expect(host.records).toHaveLength(RIGHT.length)
  })

  it('are answered alike, whether wrong or missing, before the message is read', async () => {
    const { grpc, host, receiver } = await running({ auth })
    const client = grpcClient(grpc)
    const told = new Set<string>()
    const big = Buffer.alloc(2 ** 20)
    for (const authorization of [undefined, ...WRONG]) {
      const metadata = authorization === undefined ? {} : { authorization }
      const { code, details } = await call(client, big, { metadata })
      told.add(JSON.stringify([code, details]))
    }
    expect([...told]).toEqual([
      JSON.stringify([status.UNAUTHENTICATED, 'the request carries no valid credentials']),
    ])
    expect(receiver.gauges?.().bytes_in_flight).toBe(0)
    expect(host.ledger.notes).toEqual({ refused_unauthenticated: WRONG.length + 1 })
  })
})

describe('what a guess can learn', () => {
  it('is nothing in the time it takes', { retry: 3 }, async () => {
    const { authenticator } = await import('./auth.ts')
    const { config } = await import('./config.ts')
    const parsed = config.parse({ auth: { bearer_tokens: ['s'.repeat(64)] } })
    if (parsed.auth === undefined) throw new Error('no auth')
    const { check } = authenticator(parsed.auth)
    const guesses = { near: `Bearer ${'s'.repeat(63)}x`, far: `Bearer ${'x'.repeat(64)}`, none: undefined }
    const times: Record<string, number[]> = { near: [], far: [], none: [] }
    for (let round = 0; round < 400; round++) {
      for (const [name, guess] of Object.entries(guesses)) {
        const start = process.hrtime.bigint()
        for (let turn = 0; turn < 10; turn++) check(guess)
        if (round > 100) times[name]?.push(Number(process.hrtime.bigint() - start))
      }
    }
    const median = (name: string) => (times[name] ?? []).sort((a, b) => a - b)[150] ?? 0
    // The same digests are made and compared for each: what differs is noise, of which there is much on a busy machine.
    expect(median('near') / median('far')).toBeGreaterThan(0.6)
    expect(median('near') / median('far')).toBeLessThan(1.7)
    expect(median('none') / median('far')).toBeGreaterThan(0.4)
  })
})
