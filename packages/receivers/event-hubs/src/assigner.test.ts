import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { expect, it } from 'vitest'
import { bySubscription } from './assigner.ts'

const { MemberMetadata, MemberAssignment } = AssignerProtocol
/** What the leader itself reads. */
const KNOWN: Record<string, number[]> = { a: [0, 1, 2] }
const ELSEWHERE: Record<string, number[]> = { b: [0, 1], empty: [] }

async function assign(subscriptions: Record<string, string[]>): Promise<Record<string, unknown>> {
  const cluster = {
    findTopicPartitionMetadata: (topic: string) =>
      (KNOWN[topic] ?? []).map((partitionId) => ({ partitionId })),
  }
  const assigner = bySubscription(async (topic) => {
    const found = ELSEWHERE[topic]
    if (topic === 'away') throw new Error('the broker is away')
    if (found === undefined)
      throw Object.assign(new Error('unknown topic'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' })
    return found
  })({ cluster } as unknown as Parameters<PartitionAssigner>[0])
  const members = Object.entries(subscriptions).map(([memberId, topics]) => ({
    memberId,
    memberMetadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  }))
  const dealt = await assigner.assign({ members, topics: ['a'] })
  return Object.fromEntries(
    dealt.map(({ memberId, memberAssignment }) => [
      memberId,
      MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  )
}

it('members that read the same topics share their partitions', async () => {
  expect(await assign({ two: ['a', 'b'], one: ['a', 'b'] })).toEqual({
    one: { a: [0, 2], b: [1] },
    two: { a: [1], b: [0] },
  })
})

it('members that read different topics each have all partitions of their own', async () => {
  expect(await assign({ one: ['a'], two: ['b'] })).toEqual({ one: { a: [0, 1, 2] }, two: { b: [0, 1] } })
})

it('a topic that is not there is left out', async () => {
  expect(await assign({ one: ['a'], two: ['gone'] })).toEqual({ one: { a: [0, 1, 2] } })
})

it('a topic whose partitions cannot be asked for ends the session, rather than to be read by nobody', async () => {
  await expect(assign({ one: ['a'], two: ['away'] })).rejects.toThrow('the broker is away')
  await expect(assign({ one: ['a'], two: ['empty'] })).rejects.toThrow(
    'the partitions of empty are not known',
  )
})
