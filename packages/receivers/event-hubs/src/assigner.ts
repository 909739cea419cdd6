import { AssignerProtocol, type PartitionAssigner, PartitionAssigners } from 'kafkajs'

/** What kafkajs calls the errors of a topic that this member may know nothing of. */
const GONE = new Set<unknown>(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'])

function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined
}

/**
 * Deals out the partitions of each topic in turn among the members that read it. The assigner of kafkajs, whose
 * name it keeps, deals the topics of the leader among all members: where two read different topics, as two receivers
 * of one pipeline may, some partitions would be read by nobody, in silence.
 *
 * @param partitionsOf asks for the partitions of a topic that this member does not read; called only of the leader
 */
export function bySubscription(
  partitionsOf: (topic: string) => Promise<readonly number[]>,
): PartitionAssigner {
  return (config) => {
    async function numbersOf(topic: string): Promise<readonly number[]> {
      const known = config.cluster.findTopicPartitionMetadata(topic)
      if (known.length > 0) return known.map(({ partitionId }) => partitionId)
      try {
        const found = await partitionsOf(topic)
        if (found.length > 0) return found
      } catch (error) {
        // A topic that is gone or forbidden is a matter of those who read it, and no reason to leave the group.
        if (GONE.has(typeOf(error))) return []
        throw error
      }
      // Without them nobody would read it, in silence; the session ends with this, and the next asks again.
      throw new Error(`the partitions of ${topic} are not known yet`)
    }
    const usual = PartitionAssigners.roundRobin(config)
    return {
      ...usual,
      async assign({ members }) {
        const readers = new Map<string, string[]>()
        for (const { memberId, memberMetadata } of members)
          for (const topic of AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? []) {
            const own = readers.get(topic) ?? []
            own.push(memberId)
            readers.set(topic, own)
          }
        const dealt = new Map<string, Record<string, number[]>>()
        let turn = 0
        for (const topic of [...readers.keys()].sort()) {
          const own = (readers.get(topic) ?? []).sort()
          for (const partition of await numbersOf(topic)) {
            const member = own[turn++ % own.length] ?? ''
            const assignment = dealt.get(member) ?? {}
            assignment[topic] = [...(assignment[topic] ?? []), partition]
            dealt.set(member, assignment)
          }
        }
        return [...dealt].map(([memberId, assignment]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: usual.version,
            assignment,
            userData: Buffer.alloc(0),
          }),
        }))
      },
    }
  }
}
