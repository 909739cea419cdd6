import { expect, it } from 'vitest'
import { defaultGroupId } from './group-id.ts'

it.each([
  [['logs'], 'lacuna-logs'],
  [['logs/azure'], 'lacuna-logs-azure'],
  [['logs/b', 'logs/a'], 'lacuna-logs-a-logs-b'],
])('the consumer group of the pipelines %j is %s', (pipelines, group) => {
  expect(defaultGroupId(pipelines)).toBe(group)
})
