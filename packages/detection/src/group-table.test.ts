import { expect, test } from 'vitest'
import type { Group } from './group.ts'
import { GroupTable } from './group-table.ts'
import { SlotGrid } from './slot-grid.ts'
import { makeWindow } from './window.ts'

const grid = new SlotGrid(makeWindow({ type: 'tumbling', size: 1 }))

function table(limit: number, threshold: number): { groups: GroupTable; gone: unknown[] } {
  const gone: unknown[] = []
  return { groups: new GroupTable(limit, threshold, grid, (group) => gone.push(group.key)), gone }
}

/** Adds a group that holds so many matches, and touches it as a record would. */
function put(groups: GroupTable, key: string, matches: number, slot = 0): Group | undefined {
  const group = groups.get(key) ?? groups.add(key, [key], 's')
  if (group === undefined) return undefined
  while (group.matches.length < matches) group.matches.add({ at: 0n, id: undefined, values: [], numbers: [] })
  group.lastSlot = slot
  groups.touch(group)
  return group
}

test('when it is full the group that was quiet for longest goes', () => {
  const { groups, gone } = table(2, 10)
  put(groups, 'a', 0)
  put(groups, 'b', 0)
  put(groups, 'a', 0)
  expect(put(groups, 'c', 0)).toBeDefined()
  expect(gone).toEqual(['b'])
  expect(groups.losses).toEqual({ evicted: 0, refused: 0 })
})

test('groups without matches go before those with some, and only the latter are a loss', () => {
  const { groups, gone } = table(2, 10)
  put(groups, 'some', 1)
  put(groups, 'none', 0)
  put(groups, 'c', 1)
  expect(gone).toEqual(['none'])
  put(groups, 'd', 1)
  expect(gone).toEqual(['none', 'some'])
  expect(groups.losses.evicted).toBe(1)
})

test('a group at half the threshold, or with an open episode, never goes: the new one finds no place', () => {
  const { groups, gone } = table(2, 10)
  put(groups, 'half', 5)
  const open = put(groups, 'open', 0)
  if (open !== undefined) {
    open.episode = { id: 'e', told: 1, lastToldAt: 0n, lastOver: 0n, peak: 1, isContinued: false }
    groups.touch(open)
  }
  expect(put(groups, 'c', 0)).toBeUndefined()
  expect(gone).toEqual([])
  expect(groups.losses).toEqual({ evicted: 0, refused: 1 })
})

test('a group whose episode is over can go again', () => {
  const { groups, gone } = table(1, 10)
  const group = put(groups, 'half', 5)
  group?.matches.forgetBefore(1n)
  if (group !== undefined) groups.touch(group)
  expect(put(groups, 'b', 0)).toBeDefined()
  expect(gone).toEqual(['half'])
  expect(group?.isGone).toBe(true)
})

test('groups are forgotten when their last record lies before a slot, busy ones aside', () => {
  const { groups, gone } = table(9, 10)
  put(groups, 'busy', 5, 1)
  put(groups, 'old', 0, 1)
  put(groups, 'few', 1, 2)
  put(groups, 'new', 0, 3)
  groups.forgetBefore(3)
  expect(gone).toEqual(['old', 'few'])
  expect([...groups.all].map(({ key }) => key)).toEqual(['busy', 'new'])
})
