import { expect, test } from 'vitest'
import { LateRecords } from './late-records.ts'

test('late records are counted by source, those of more than a thousand together', () => {
  const late = new LateRecords()
  for (let source = 0; source < 1500; source++) late.note(`s${source}`)
  late.note('s0')
  expect(late.bySource.size).toBe(1001)
  expect([late.bySource.get('s0'), late.bySource.get('other sources')]).toEqual([2, 500])
})
