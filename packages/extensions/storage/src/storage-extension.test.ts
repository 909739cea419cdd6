import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StorageChange } from '@lacuna/sdk'
import { describe, expect, it, vi } from 'vitest'
import factory from './index.ts'
import { MADE_BY } from './layout.ts'
import { put, startStorage, temporaryDirectory, texts } from './storage.fixture.ts'

// Waits for processes, threads and disks, on machines that have others to serve.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('the storage extension', () => {
  it('gives back what was committed, in the order of the keys, and after a restart too', async () => {
    const directory = temporaryDirectory()
    const first = await startStorage(directory)
    await first.storage.commit([
      put('s', 'b', '2'),
      put('other', 'a', 'x'),
      put('s', 'a', '1'),
      put('s', 'é', '3'),
    ])
    const expected = [
      ['a', '1'],
      ['b', '2'],
      ['é', '3'],
    ]
    expect(texts(first.storage, 's')).toEqual(expected)
    await first.stop()
    const second = await startStorage(directory)
    expect(texts(second.storage, 's')).toEqual(expected)
    expect(texts(second.storage, 'other')).toEqual([['a', 'x']])
    expect(texts(second.storage, 'oth')).toEqual([])
  })

  it('replaces and deletes, and does not mind deleting what is not there', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    await storage.commit([put('s', 'a', '1'), put('s', 'b', '2')])
    await storage.commit([put('s', 'a', 'one'), ['s', 'b', undefined], ['s', 'c', undefined]])
    expect(texts(storage, 's')).toEqual([['a', 'one']])
  })

  it('takes the last word where one commit changes a key twice', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    await storage.commit([
      put('s', 'a', '1'),
      ['s', 'a', undefined],
      put('s', 'a', '2'),
      put('s', 'b', '1'),
      ['s', 'b', undefined],
    ])
    expect(texts(storage, 's')).toEqual([['a', '2']])
  })

  it('keeps keys of any length, with any text in them, apart and in order', async () => {
    const directory = temporaryDirectory()
    const first = await startStorage(directory)
    const long = 'é'.repeat(5000)
    const keys = [
      '',
      '\0',
      'a',
      '\ud800',
      '\udc00',
      '\ufffd',
      `${long}a`,
      `${long}b`,
      long,
      'x'.repeat(1024),
      'x'.repeat(1025),
      '😀',
    ]
    await first.storage.commit(keys.map((key, index) => put('s', key, String(index))))
    await first.stop()
    const { storage } = await startStorage(directory)
    const found = texts(storage, 's')
    expect(new Map(found)).toEqual(new Map(keys.map((key, index) => [key, String(index)])))
    const order = found.map(([key]) => key).filter((key) => key.isWellFormed())
    expect(order).toEqual([...order].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    await storage.commit(keys.map((key) => ['s', key, undefined]))
    expect(texts(storage, 's')).toEqual([])
  })

  it('keeps values of many MiB and of nothing', async () => {
    const directory = temporaryDirectory()
    const first = await startStorage(directory)
    const large = Buffer.alloc(9 * 2 ** 20, 'lacuna')
    await first.storage.commit([
      ['s', 'large', large],
      ['s', 'none', new Uint8Array()],
    ])
    await first.stop()
    const { storage } = await startStorage(directory)
    const found = new Map(storage.entries('s'))
    expect(Buffer.compare(found.get('large') ?? Buffer.alloc(0), large)).toBe(0)
    expect(found.get('none')).toHaveLength(0)
  })

  it('reads on while an earlier reading has not been finished', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    const value = Buffer.alloc(100_000, 1)
    await storage.commit(Array.from({ length: 100 }, (_, index) => ['s', String(index), value] as const))
    const reading = storage.entries('s')[Symbol.iterator]()
    reading.next()
    expect([...storage.entries('s')]).toHaveLength(100)
    reading.return?.()
    expect([...storage.entries('s')]).toHaveLength(100)
  })

  it('writes nothing of a commit whose changes throw half-way', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    function* broken(): Generator<StorageChange> {
      for (let index = 0; index < 3000; index++) yield ['s', String(index), Buffer.alloc(1000)]
      throw new Error('no more')
    }
    await expect(storage.commit(broken())).rejects.toThrow('no more')
    await storage.commit([put('s', 'a', '1')])
    expect(texts(storage, 's')).toEqual([['a', '1']])
  })

  it('writes commits in the order in which they came', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    const many = Array.from({ length: 20_000 }, (_, index) => put('s', `k${index % 100}`, `early ${index}`))
    await Promise.all([
      storage.commit(many),
      storage.commit([put('s', 'k7', 'late')]),
      storage.commit([put('s', 'k8', 'late')]),
    ])
    expect(new Map(texts(storage, 's')).get('k7')).toBe('late')
    expect(new Map(texts(storage, 's')).get('k8')).toBe('late')
    expect(texts(storage, 's')).toHaveLength(100)
  })

  it('refuses a space that cannot be one, and goes on', async () => {
    const { storage } = await startStorage(temporaryDirectory())
    for (const space of ['', 'a\0b', '\ud800', 'x'.repeat(256)])
      await expect(storage.commit([put(space, 'a', '1')])).rejects.toMatchObject({
        code: 'storage_bad_entry',
      })
    await storage.commit([put('x'.repeat(255), 'a', '1')])
    expect(texts(storage, 'x'.repeat(255))).toEqual([['a', '1']])
  })

  it('writes what is under way before it stops', async () => {
    const directory = temporaryDirectory()
    const { storage, stop } = await startStorage(directory)
    const writing = storage.commit(Array.from({ length: 30_000 }, (_, index) => put('s', String(index), 'x')))
    await stop()
    await writing
    const again = await startStorage(directory)
    expect([...again.storage.entries('s')]).toHaveLength(30_000)
  })

  it('says that it is not open before start and after stop', async () => {
    const { storage, stop } = await startStorage(temporaryDirectory())
    await stop()
    await stop()
    await expect(storage.commit([])).rejects.toMatchObject({ code: 'storage_closed' })
    expect(() => [...storage.entries('s')]).toThrow(/^storage: .* is not open/)
    const host = { id: 'storage', logger: { debug() {}, info() {}, warn() {}, error() {} } }
    const fresh = factory.create(
      { directory: '/nonexistent', checkpoint_interval: 5, max_size: 2 ** 30, on_corruption: 'refuse' },
      { ...host } as never,
    )
    expect(fresh.storage?.interval).toBe(5)
    await fresh.stop?.()
  })

  it('lets nobody else read what was logged', async () => {
    const directory = join(temporaryDirectory(), 'made', 'here')
    await startStorage(directory)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(directory))
      expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0])
  })

  it('names the version of its package as the maker', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(MADE_BY).toBe(manifest.version)
  })

  it('refuses to grow beyond max_size, and takes smaller commits still', async () => {
    const { storage } = await startStorage(temporaryDirectory(), { max_size: '2MiB' })
    const refused = storage.commit([['s', 'a', Buffer.alloc(3 * 2 ** 20)]])
    await expect(refused).rejects.toThrow(/it would hold \d+ bytes, and max_size is 2097152; raise it/)
    await expect(refused).rejects.toMatchObject({ name: 'RetryableError' })
    await storage.commit([put('s', 'b', '1')])
    expect(texts(storage, 's')).toEqual([['b', '1']])
  })

  it('writes the commits that fit when one beside them does not', async () => {
    const { storage } = await startStorage(temporaryDirectory(), { max_size: '2MiB' })
    const results = await Promise.allSettled([
      storage.commit([put('s', 'a', '1')]),
      storage.commit([['s', 'b', Buffer.alloc(3 * 2 ** 20)]]),
      storage.commit([put('s', 'c', '1')]),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(texts(storage, 's').map(([key]) => key)).toEqual(['a', 'c'])
  })
})
