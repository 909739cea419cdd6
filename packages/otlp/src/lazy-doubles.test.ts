import { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { decodeLogs, encodeLogs } from './index.ts'

function decoded() {
  const record = new LogRecord({ body: [5], attributes: { a: 1, b: { c: 2, d: 2.5 } } })
  record.doubles = new Set(['/body/0', '/attributes/a', '/attributes/b/c'])
  return decodeLogs(encodeLogs([record]))[0]
}

const ALL = ['/body/0', '/attributes/a', '/attributes/b/c']

describe('the marks of a decoded record', () => {
  it.each<[string, (doubles: ReadonlySet<string>) => unknown]>([
    ['has', (doubles) => ALL.filter((pointer) => doubles.has(pointer))],
    ['size', (doubles) => (doubles.size === 3 ? ALL : doubles.size)],
    ['the iterator', (doubles) => [...doubles]],
    ['keys', (doubles) => [...doubles.keys()]],
    ['values', (doubles) => [...doubles.values()]],
    ['entries', (doubles) => [...doubles.entries()].map(([pointer]) => pointer)],
    [
      'forEach',
      (doubles) => {
        const seen: string[] = []
        doubles.forEach((pointer) => {
          seen.push(pointer)
        })
        return seen
      },
    ],
    ['a set made of it', (doubles) => [...new Set(doubles)]],
  ])('are all there for whoever looks first by way of %s', (_, look) => {
    const doubles = decoded()?.doubles
    expect(doubles && look(doubles)).toEqual(ALL)
  })

  it('are there after the attributes were built, and on a copy', () => {
    const record = decoded()
    expect(record?.attributes).toEqual({ a: 1, b: { c: 2, d: 2.5 } })
    const copy = record?.clone()
    expect(copy && [...(decodeLogs(encodeLogs([copy]))[0]?.doubles ?? [])]).toEqual(ALL)
  })
})
