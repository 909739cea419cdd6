import { LogRecord, RetryableError } from '@lacuna/sdk'
import { testReceiverHost } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { delivery } from './deliver.ts'

const source = { id: 'otlp:test', finite: false }
const request = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => new LogRecord({ body: `${name} ${at}` }))

describe('requests on their way to the pipelines', () => {
  it('hands a large one on in slices, so that a small one that came later is not behind all of it', async () => {
    const host = testReceiverHost()
    const { offer } = delivery(host, source)
    const answered: string[] = []
    const large = offer(request('large', 500)).done.then(() => answered.push('large'))
    const small = offer(request('small', 1)).done.then(() => answered.push('small'))
    await Promise.all([large, small])
    expect(answered).toEqual(['small', 'large'])
    expect(host.batches.map(({ records }) => records.length)).toEqual([128, 128, 128, 117])
    const bodies = host.records.map(({ body }) => String(body))
    expect(bodies.filter((body) => body.startsWith('large'))).toEqual(
      request('large', 500).map(({ body }) => body),
    )
    expect(bodies.indexOf('small 0')).toBeLessThan(300)
  })

  it('joins small ones that wait', async () => {
    const host = testReceiverHost()
    const { offer } = delivery(host, source)
    await Promise.all(['a', 'b', 'c'].map((name) => offer(request(name, 2)).done))
    // The first found nobody before it.
    expect(host.batches.map(({ records }) => records.length)).toEqual([2, 4])
  })

  it('refuses the whole of a request of which a part was not accepted', async () => {
    let calls = 0
    const host = testReceiverHost({
      consume() {
        calls++
        if (calls === 2) throw new RetryableError('not now', { retryAfter: 1000 })
      },
    })
    const { offer } = delivery(host, source)
    await expect(offer(request('a', 300)).done).rejects.toMatchObject({
      kind: 'unavailable',
      retryAfter: 1000,
    })
    expect(calls).toBe(2)
  })

  it('takes back a request only while nothing of it has been handed on', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const host = testReceiverHost({ consume: () => held })
    const { offer } = delivery(host, source)
    const [begun, waiting] = [offer(request('begun', 300)), offer(request('waiting', 1))]
    begun.cancel()
    waiting.cancel()
    await expect(waiting.done).rejects.toMatchObject({ kind: 'unavailable' })
    release()
    await begun.done
    expect(host.records).toHaveLength(300)
  })

  it('hands on nothing more of a request once it is stopped, and refuses it', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const host = testReceiverHost({ consume: () => held })
    const { offer, stop } = delivery(host, source)
    const begun = offer(request('begun', 300))
    const refused = expect(begun.done).rejects.toMatchObject({ kind: 'unavailable' })
    const stopped = stop()
    release()
    await Promise.all([stopped, refused])
    expect(host.records).toHaveLength(128)
  })
})
