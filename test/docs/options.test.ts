import { describe, expect, it } from 'vitest'
import { read } from './markdown.ts'
import { comparable, documented, wantedRows, withTable, writtenRows } from './options-table.ts'

describe('the options in the README of a component', async () => {
  const all = await documented()

  it.each(all.map(({ factory, readme }) => [factory.type, readme, factory] as const))(
    'of %s are those of its schema',
    (_, readme, factory) => {
      const written = writtenRows(read(readme))
      expect(written.map(comparable)).toEqual(wantedRows(factory, written).map(comparable))
    },
  )

  it.each(all.map(({ factory, readme }) => [factory.type, readme, factory] as const))(
    'of %s can be written anew, and then need no change',
    (_, readme, factory) => {
      const once = withTable(read(readme), factory)
      expect(withTable(once, factory)).toBe(once)
      expect(writtenRows(once)).toEqual(wantedRows(factory, writtenRows(once)))
    },
  )

  it.each(all.map(({ readme }) => readme))('%s says how stable it is', (readme) => {
    expect(read(readme)).toMatch(/^Stability: (alpha|beta|stable)/m)
  })
})
