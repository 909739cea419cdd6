import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { StorageProblem } from './problem.ts'
import { openStorage, put, startStorage, TEMPORARY, temporaryDirectory, texts } from './storage.fixture.ts'
import { verifyData } from './verify.ts'

// Waits for processes, threads and disks, on machines that have others to serve.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A storage with leaves, branches, long values, hashed keys and free pages, as it was at two moments. */
let earlier: Buffer
let later: Buffer
let identity: Buffer

beforeAll(async () => {
  const directory = mkdtempSync(join(TEMPORARY, 'lacuna-storage-'))
  const { storage, stop } = await openStorage(directory)
  await storage.commit(
    Array.from({ length: 1500 }, (_, index) => put('groups', `g${index}`, `value-${index}-`.padEnd(90, '.'))),
  )
  await storage.commit([
    put('groups', 'x'.repeat(3000), 'long key'),
    ['groups', 'large', Buffer.from('first large'.padEnd(20_000, 'large'))],
    ...Array.from({ length: 200 }, (_, index) => ['groups', `g${index * 2}`, undefined] as const),
  ])
  await stop()
  earlier = readFileSync(join(directory, 'data.mdb'))
  const again = await openStorage(directory)
  // Four times, so that pages are used again.
  for (let round = 0; round < 4; round++)
    await again.storage.commit(
      Array.from({ length: 50 }, (_, index) =>
        put('groups', `g${index * 20 + 1}`, `VALUE-${index}-${round}`.padEnd(90, '.')),
      ),
    )
  await again.stop()
  later = readFileSync(join(directory, 'data.mdb'))
  identity = readFileSync(join(directory, 'storage.json'))
  rmSync(directory, { recursive: true })
})

/** A storage directory with this as its data file. */
function damagedStorage(data: Buffer): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'data.mdb'), data)
  writeFileSync(join(directory, 'storage.json'), identity)
  return directory
}

function verdict(data: Buffer): string {
  try {
    verifyData(join(damagedStorage(data), 'data.mdb'))
    return 'sound'
  } catch (error) {
    if (error instanceof StorageProblem && error.code === 'storage_corrupt') return error.message
    throw error
  }
}

/** A deterministic stream of whole numbers below `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

describe('a damaged storage', () => {
  it('is not found where there is none', () => {
    expect(verdict(later)).toBe('sound')
    expect(verdict(earlier)).toBe('sound')
  })

  it.each([0, 1, 100, 167, 168, 4096, 4120, 8191, 8192, 8193, 12_288, 50_000, -4096, -1])(
    'is refused when its file is cut off at %i bytes, without ending the process',
    async (length) => {
      const directory = damagedStorage(later)
      // The last pages of a file may be free ones; those in use are before them.
      truncateSync(join(directory, 'data.mdb'), length < 0 ? lastUsed(later) + length : length)
      const refused = startStorage(directory)
      await expect(refused).rejects.toMatchObject({ code: 'storage_corrupt', component: 'storage' })
      await expect(refused).rejects.toThrow(directory)
      await expect(refused).rejects.toThrow(/lacuna state clear --directory .* or "on_corruption: set_aside"/)
    },
  )

  it.each([
    ['all of it', 0, () => later.length],
    ['its first page', 0, () => 4096],
    ['its second page', 4096, () => 4096],
    ['all but its first two pages', 8192, () => later.length - 8192],
  ])('is refused when %s is zeros', async (_, from, length) => {
    const directory = damagedStorage(Buffer.from(later).fill(0, from, from + length()))
    await expect(startStorage(directory)).rejects.toMatchObject({ code: 'storage_corrupt' })
  })

  it('is refused when it is something else', async () => {
    const random = numbers(7)
    for (const garbage of [
      Buffer.from('SQLite format 3\0'.repeat(1000)),
      Buffer.from(later.map(() => random(256))),
    ])
      await expect(startStorage(damagedStorage(garbage))).rejects.toMatchObject({ code: 'storage_corrupt' })
  })

  it('is found by one flipped bit in a value, in a key, and in the sums', () => {
    for (const text of ['value-777-', 'VALUE-3-', 'first large', 'long key', 'g777', '\0sums', '"schema"']) {
      const at = later.indexOf(text)
      expect([text, at > 0]).toEqual([text, true])
      // Copies of older pages have it, too: each place, until one of them is in use.
      const verdicts: string[] = []
      for (let each = at; each >= 0; each = later.indexOf(text, each + 1))
        verdicts.push(verdict(flip(later, each * 8 + 3)))
      expect([text, verdicts.some((found) => /is damaged/.test(found))]).toEqual([text, true])
    }
  })

  it('is found by any flipped bit that changes what is read', async () => {
    const random = numbers(42)
    const whole = verifyData(join(damagedStorage(later), 'data.mdb'))
    let found = 0
    for (let each = 0; each < 200; each++) {
      const directory = damagedStorage(flip(later, random(later.length * 8)))
      try {
        // Not found: then it was in bytes that nobody reads.
        expect(verifyData(join(directory, 'data.mdb')).spaces).toEqual(whole.spaces)
      } catch (error) {
        expect(error).toMatchObject({ code: 'storage_corrupt' })
        found++
      }
      rmSync(directory, { recursive: true })
    }
    expect(found).toBeGreaterThan(30)
  })

  it('is found where one page is an older one of itself: a write that the disk has lost', () => {
    let found = 0
    for (let page = 2; (page + 1) * 4096 <= Math.min(earlier.length, later.length); page++) {
      const old = earlier.subarray(page * 4096, (page + 1) * 4096)
      if (old.equals(later.subarray(page * 4096, (page + 1) * 4096))) continue
      const mixed = Buffer.from(later)
      mixed.set(old, page * 4096)
      if (verdict(mixed) !== 'sound') found++
    }
    expect(found).toBeGreaterThan(5)
  })

  it('names the file and what is wrong', () => {
    expect(verdict(Buffer.alloc(0))).toMatch(/\/data\.mdb is damaged: it is empty$/)
    expect(verdict(later.subarray(0, 30_000))).toMatch(/it is cut off: page \d+ is in use, and there are 7$/)
  })

  it('is refused when its data file is gone', async () => {
    const directory = damagedStorage(later)
    rmSync(join(directory, 'data.mdb'))
    await expect(startStorage(directory)).rejects.toThrow(/its data\.mdb is gone/)
  })

  it('is refused when its files belong to two storages', async () => {
    const directory = damagedStorage(later)
    const other = { ...JSON.parse(identity.toString()), id: 'another' }
    writeFileSync(join(directory, 'storage.json'), JSON.stringify(other))
    await expect(startStorage(directory)).rejects.toThrow(/belongs to another storage/)
  })

  it('is refused when storage.json is none', async () => {
    for (const text of ['', '{"schema":', 'null', '[]', '{"schema":"1"}']) {
      const directory = damagedStorage(later)
      writeFileSync(join(directory, 'storage.json'), text)
      await expect(startStorage(directory)).rejects.toMatchObject({ code: 'storage_corrupt' })
    }
  })

  it('is no damage where a crash came between the two files', async () => {
    const directory = damagedStorage(later)
    rmSync(join(directory, 'storage.json'))
    writeFileSync(join(directory, 'unfinished.mdb'), 'half')
    const { storage } = await startStorage(directory)
    expect(texts(storage, 'groups').length).toBeGreaterThan(1000)
    expect(JSON.parse(readFileSync(join(directory, 'storage.json'), 'utf8'))).toEqual(
      JSON.parse(identity.toString()),
    )
  })

  it('of a newer Lacuna is refused, and left as it is', async () => {
    const directory = damagedStorage(later)
    const newer = { ...JSON.parse(identity.toString()), schema: 2, created_by: '9.1.0\u001b[31m' }
    writeFileSync(join(directory, 'storage.json'), JSON.stringify(newer))
    const refused = startStorage(directory, { on_corruption: 'set_aside' })
    await expect(refused).rejects.toMatchObject({ code: 'storage_newer' })
    await expect(refused).rejects.toThrow(
      /made by Lacuna 9\.1\.0\?\?31m with schema 2, and this Lacuna knows schema 1/,
    )
    expect(readFileSync(join(directory, 'data.mdb')).equals(later)).toBe(true)
  })

  it('is set aside when the operator says so, with a warning', async () => {
    const directory = damagedStorage(flip(later, later.indexOf('"schema"') * 8))
    const broken = damagedStorage(later.subarray(0, 40_000))
    cpSync(join(broken, 'data.mdb'), join(directory, 'data.mdb'))
    const { storage, logged } = await startStorage(directory, { on_corruption: 'set_aside' })
    expect(texts(storage, 'groups')).toEqual([])
    expect(logged[0]).toMatch(/data\.mdb is damaged: it is cut off.*; set aside, and starting from nothing$/)
    const names = readdirSync(directory)
    expect(names.find((name) => /^data\.mdb\.corrupt-\d{8}T\d{6}Z$/.test(name))).toBeDefined()
    expect(names.find((name) => /^storage\.json\.corrupt-\d{8}T\d{6}Z$/.test(name))).toBeDefined()
    await storage.commit([put('s', 'a', '1')])
    expect(existsSync(join(directory, 'data.mdb'))).toBe(true)
  })
})

function flip(data: Buffer, bit: number): Buffer {
  const copy = Buffer.from(data)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** Bytes up to the end of the last page without which the file is damaged. */
function lastUsed(data: Buffer): number {
  for (let length = data.length - 4096; ; length -= 4096)
    if (verdict(data.subarray(0, length)) !== 'sound') return length + 4096
}
