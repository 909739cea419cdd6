import { describe, expect, it } from 'vitest'
import { ask, exporter, pipeline, receiver, running, status } from './test-kit.fixture.ts'

describe('/live', () => {
  it('is 200 in every phase, as long as anyone can answer', async () => {
    for (const phase of ['starting', 'running', 'stopping'] as const) {
      const { address } = await running(() => status({ phase }))
      expect(await ask(address, '/live')).toMatchObject({ status: 200, json: { live: true } })
    }
  })
})

describe('/ready', () => {
  const ready = async (more: Parameters<typeof status>[0]) => {
    const { address } = await running(() => status(more))
    const { status: code, json } = await ask(address, '/ready')
    return { code, json }
  }

  it('is 200 while everything is running', async () => {
    expect(await ready({})).toEqual({ code: 200, json: { ready: true, reasons: [] } })
  })

  it.each([
    ['while it starts', { phase: 'starting' }, 'starting'],
    [
      'while it starts, with the receiver that it waits for',
      {
        phase: 'starting',
        receivers: [receiver(), receiver({ id: 'otlp', state: 'starting', cameUp: false })],
      },
      'the receiver otlp is starting',
    ],
    ['from the moment in which the stop begins', { phase: 'stopping' }, 'stopping'],
    [
      'with who could not go on',
      { phase: 'stopping', reason: 'file failed; the log says why' },
      'stopping: file failed; the log says why',
    ],
    [
      'while a receiver has never come up',
      { receivers: [receiver({ state: 'trouble', cameUp: false, reason: 'ns:9093 cannot be reached' })] },
      'the receiver event_hubs/azure has never come up: ns:9093 cannot be reached',
    ],
  ] as const)('is 503 %s', async (_, more, reason) => {
    expect(await ready(more)).toEqual({ code: 503, json: { ready: false, reasons: [reason] } })
  })

  it.each([
    ['a receiver that worked retries', { receivers: [receiver({ state: 'trouble', reason: 'away' })] }],
    ['an exporter fails', { exporters: [exporter({ state: 'failing', reason: 'away' })] }],
    [
      'an input has ended before it was ever ok',
      { receivers: [receiver({ state: 'ended', cameUp: false })] },
    ],
  ])('stays 200 when %s', async (_, more) => {
    expect((await ready(more)).code).toBe(200)
  })
})

describe('/', () => {
  it('tells everything, with times in ISO 8601 and keys as in a configuration', async () => {
    const { address } = await running(() =>
      status({ exporters: [exporter({ state: 'failing', reason: 'slack.com answered 503' })] }),
    )
    const { status: code, json } = await ask(address, '/')
    expect(code).toBe(200)
    expect(json).toEqual({
      ready: true,
      reasons: [],
      phase: 'running',
      since: '2026-01-01T00:00:00.250Z',
      pipelines: { logs: { state: 'ok', receivers: ['event_hubs/azure'], exporters: ['slack'] } },
      receivers: {
        'event_hubs/azure': { state: 'ok', since: '2026-01-01T00:00:00.250Z', came_up: true },
      },
      exporters: {
        slack: {
          state: 'failing',
          since: '2026-01-01T00:00:00.250Z',
          reason: 'slack.com answered 503',
          queue: { records: 2, max_records: 10_000, bytes: 512, max_bytes: 67_108_864, blocking: false },
        },
      },
    })
  })

  it('has the status of /ready, for probes that came over from a Collector', async () => {
    const { address } = await running(() => status({ phase: 'stopping' }))
    expect(await ask(address, '/')).toMatchObject({ status: 503, json: { reasons: ['stopping'] } })
  })

  it('shows what a component says as JSON, and as nothing else', async () => {
    const reason = '</script><script>alert(1)</script>\u2028"\\ \u{1f4a5}'
    const { address } = await running(() => status({ receivers: [receiver({ state: 'trouble', reason })] }))
    const { headers, json } = await ask(address, '/')
    expect(json).toMatchObject({ receivers: { 'event_hubs/azure': { reason } } })
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })
})

describe('a component', () => {
  const all = () =>
    status({
      pipelines: [pipeline(), pipeline({ id: 'logs/side', state: 'trouble', receivers: ['file'] })],
      receivers: [receiver(), receiver({ id: 'file', state: 'trouble', reason: 'gone' })],
      exporters: [exporter(), exporter({ id: 'otlp', state: 'failing', reason: 'away' })],
    })

  it.each([
    ['/receivers/event_hubs/azure', 200, { id: 'event_hubs/azure', state: 'ok', came_up: true }],
    ['/receivers/event_hubs%2Fazure', 200, { id: 'event_hubs/azure' }],
    ['/receivers/file?verbose=1', 503, { state: 'trouble', reason: 'gone' }],
    ['/exporters/slack', 200, { state: 'ok', queue: { records: 2 } }],
    ['/exporters/otlp', 503, { state: 'failing', reason: 'away' }],
    ['/pipelines/logs', 200, { id: 'logs', exporters: { slack: { state: 'ok' } } }],
    ['/pipelines/logs/side', 503, { state: 'trouble', receivers: { file: { state: 'trouble' } } }],
  ])('%s is %i', async (path, code, json) => {
    const { address } = await running(all)
    expect(await ask(address, path)).toMatchObject({ status: code, json })
  })

  it('shows a pipeline with its own receivers and exporters only', async () => {
    const { address } = await running(all)
    const { json } = await ask(address, '/pipelines/logs')
    expect(json).toMatchObject({ receivers: { 'event_hubs/azure': {} }, exporters: { slack: {} } })
    expect(JSON.stringify(json)).not.toMatch(/file|otlp/)
  })

  it.each(['starting', 'trouble', 'ok', 'ended'] as const)('that is %s', async (state) => {
    const { address } = await running(() => status({ receivers: [receiver({ state })] }))
    const code = state === 'ok' || state === 'ended' ? 200 : 503
    expect((await ask(address, '/receivers/event_hubs/azure')).status).toBe(code)
  })
})

describe('a request', () => {
  it.each([
    '/receivers/none',
    '/receivers/',
    '/receivers',
    '/pipelines/logs/',
    '/exporters/__proto__',
    '/secret%0d%0aX-Evil:1',
    '/%zz',
    '/live/',
    '//live',
    '/../live',
    '*',
  ])('for %s is 404, and the answer quotes nothing of it', async (path) => {
    const { address } = await running()
    const { status: code, text, headers } = await ask(address, path)
    expect([code, headers['x-evil']]).toEqual([404, undefined])
    expect(text).not.toMatch(/none|secret|proto|zz/)
    expect(text.length).toBeLessThan(200)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('with %s is 405', async (method) => {
    const { address } = await running()
    const { status: code, headers } = await ask(address, '/ready', { method, body: 'x'.repeat(1000) })
    expect([code, headers.allow]).toEqual([405, 'GET, HEAD'])
  })

  it('with HEAD gets the head that GET gets', async () => {
    const { address } = await running(() => status({ phase: 'stopping' }))
    const [get, head] = [await ask(address, '/'), await ask(address, '/', { method: 'HEAD' })]
    expect([head.status, head.text]).toEqual([503, ''])
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
    expect(Number(get.headers['content-length'])).toBe(Buffer.byteLength(get.text))
  })

  it('may carry a query, a body, and the whole URL', async () => {
    const { address } = await running()
    for (const path of ['/ready?', '/ready?a=/x', `http://${address}/ready`, 'http://elsewhere'])
      expect((await ask(address, path, { method: 'GET', body: 'ignored' })).status, path).toBe(200)
  })

  it('is answered 500 when the status cannot be told, and the next one is answered', async () => {
    let broken = true
    const { address } = await running(() => {
      if (broken) throw new Error('secret')
      return status()
    })
    const reply = await ask(address, '/')
    expect(reply).toMatchObject({ status: 500, json: { error: 'the status cannot be told' } })
    broken = false
    expect((await ask(address, '/')).status).toBe(200)
  })
})
