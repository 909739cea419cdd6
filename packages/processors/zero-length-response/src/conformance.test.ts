import { hostileRecords, processorConformance } from '@lacuna/sdk/testing'
import { it } from 'vitest'
import factory from './index.ts'
import { batch, burst, emptyAnswer } from './test-kit.fixture.ts'

const batches = () => [
  batch(burst(8)),
  batch([...hostileRecords(), emptyAnswer(8), emptyAnswer(9)]),
  batch([emptyAnswer(30)]),
]

for (const check of processorConformance({ factory, batches })) it(check.name, check.run)
for (const check of processorConformance({ factory, config: { emit: 'all' }, batches })) {
  it(`emitting all: ${check.name}`, check.run)
}
