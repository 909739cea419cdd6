import { expect, it } from 'vitest'
import { describeKafka } from './describe-kafka.ts'
import { committed, createTopic, freshName, produce } from './topics.ts'

describeKafka('the broker of the tests', (broker) => {
  it('keeps what was written when it is killed and started again', async () => {
    const topic = freshName('kept')
    await createTopic(broker(), topic, 2)
    await produce(broker(), topic, [{ value: 'a', partition: 1 }])
    await broker().kill()
    await broker().restart()
    const admin = broker().client.admin()
    await admin.connect()
    const offsets = await admin.fetchTopicOffsets(topic)
    await admin.disconnect()
    expect(offsets.map(({ partition, high }) => `${partition} ${high}`).sort()).toEqual(['0 0', '1 1'])
    expect(await committed(broker(), freshName('group'), topic)).toEqual(['-1', '-1'])
  }, 60_000)
})
