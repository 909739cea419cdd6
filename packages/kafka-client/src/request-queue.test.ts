import { Kafka, logLevel } from 'kafkajs'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { quietIdleQueues } from './quiet-idle-queue.ts'
import { rareTimeoutChecks } from './rare-timeout-checks.ts'

/** The queue as its own constructor makes it. */
interface Queue {
  pending: unknown[]
  throttledUntil: number
  scheduleRequestTimeoutCheck(): void
  push(request: object): void
  fulfillRequest(response: object): void
  destroy(): void
}

const log = { debug() {}, warn() {} }

function queue(enforceRequestTimeout = false): Queue {
  const Constructor = RequestQueue as unknown as new (options: object) => Queue
  return new Constructor({
    requestTimeout: 1000,
    enforceRequestTimeout,
    clientId: 'c',
    broker: 'b',
    logger: log,
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  quietIdleQueues()
  quietIdleQueues()
})
afterEach(() => void vi.useRealTimers())

const request = (correlationId: number, sent: number[]) => ({
  entry: { correlationId, apiName: 'Fetch', resolve() {}, reject() {} },
  expectResponse: true,
  sendRequest: () => void sent.push(correlationId),
})

it('an idle queue has no timer', () => {
  const idle = queue()
  const sent: number[] = []
  idle.push(request(1, sent))
  idle.fulfillRequest({ correlationId: 1, payload: {}, size: 0 })
  expect(sent).toEqual([1])
  expect(vi.getTimerCount()).toBe(0)
})

it('a queue that the broker throttles sends what waits when the throttle ends', () => {
  const throttled = queue()
  const sent: number[] = []
  throttled.throttledUntil = Date.now() + 500
  throttled.push(request(1, sent))
  expect(sent).toEqual([])
  vi.advanceTimersByTime(499)
  expect(sent).toEqual([])
  vi.advanceTimersByTime(20)
  expect(sent).toEqual([1])
  throttled.destroy()
  expect(vi.getTimerCount()).toBe(0)
})

it('a request that takes too long is ended, though only once a second is looked', () => {
  rareTimeoutChecks()
  rareTimeoutChecks()
  const errors: unknown[] = []
  const slow = queue(true)
  slow.scheduleRequestTimeoutCheck()
  const { entry, ...rest } = request(1, [])
  slow.push({ ...rest, entry: { ...entry, reject: (error: unknown) => errors.push(error) } })
  vi.advanceTimersByTime(1900)
  expect(errors).toEqual([])
  vi.advanceTimersByTime(101)
  expect(errors).toHaveLength(1)
  slow.destroy()
  expect(vi.getTimerCount()).toBe(0)
})

it('is the queue that the clients of kafkajs use', () => {
  expect(new Kafka({ brokers: ['localhost:1'], logLevel: logLevel.NOTHING })).toBeDefined()
  expect(RequestQueue.prototype.scheduleCheckPendingRequests.name).toBe('schedule')
})
