import { describe, expect, it } from 'vitest'
import { config } from './config.ts'

const issues = (value: unknown) =>
  config.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the configuration of health_check', () => {
  it('listens on this machine alone unless told otherwise', () => {
    expect(config.parse({})).toEqual({ endpoint: { host: '127.0.0.1', port: 13133 }, insecure: false })
  })

  it('wants the word that it is meant where other machines can connect', () => {
    for (const endpoint of [
      '0.0.0.0:13133',
      '192.0.2.1:1',
      '[::]:13133',
      '[::ffff:127.0.0.1]:1',
      'pod.internal:1',
    ]) {
      expect(issues({ endpoint })).toEqual([
        `endpoint: ${endpoint} can be reached from other machines: ` +
          'set "insecure: true" if the network in between is trusted',
      ])
      expect(issues({ endpoint, insecure: true })).toEqual([])
    }
    for (const endpoint of ['127.0.0.1:0', '127.8.9.1:1', '[::1]:65535', 'localhost:1', 'LOCALHOST:1'])
      expect(issues({ endpoint }), endpoint).toEqual([])
  })

  it('takes an IPv6 address in brackets', () => {
    expect(config.parse({ endpoint: '[::1]:13133' }).endpoint).toEqual({ host: '::1', port: 13133 })
  })

  it.each([
    ['127.0.0.1', 'such as 127.0.0.1:13133'],
    ['127.0.0.1:65536', 'such as 127.0.0.1:13133'],
    ['127.0.0.1:port', 'such as 127.0.0.1:13133'],
    ['::1:13133', 'such as 127.0.0.1:13133'],
    ['[nonsense]:1', 'such as 127.0.0.1:13133'],
    ['[127.0.0.1]:1', 'such as 127.0.0.1:13133'],
    ['a b:1', 'such as 127.0.0.1:13133'],
    ['', 'such as 127.0.0.1:13133'],
    [':13133', 'such as 127.0.0.1:13133; to listen on every address write 0.0.0.0:13133'],
    ['http://127.0.0.1:13133', 'such as 127.0.0.1:13133, without a scheme'],
  ])('refuses %j', (endpoint, sentence) => {
    expect(issues({ endpoint })).toEqual([`endpoint: expected host:port, ${sentence}`])
  })

  it('refuses what it does not know', () => {
    expect(issues({ path: '/' })).toHaveLength(1)
  })
})
