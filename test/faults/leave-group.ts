import { connect } from 'node:net'
import type { Broker } from '../kafka/broker.ts'

/** Kafka's number for LeaveGroup, and the version that names several members (its last without tagged fields). */
const LEAVE_GROUP = 13
const VERSION = 3
const PATIENCE = 10_000

/**
 * Takes every member out of a group, so that the next one need not wait until the broker has noticed that they are
 * dead. Where the broker does not answer nothing happens: then the session runs out.
 */
export async function leaveGroup(broker: Broker, group: string): Promise<void> {
  const members = await membersOf(broker, group)
  if (members.length === 0) return
  const list = members.map((member) => Buffer.concat([text(member), int16(-1)]))
  const body = Buffer.concat([text(group), int32(list.length), ...list])
  const head = Buffer.concat([int16(LEAVE_GROUP), int16(VERSION), int32(1), text('faults')])
  await ask(broker.plain, Buffer.concat([head, body]))
}

async function membersOf(broker: Broker, group: string): Promise<string[]> {
  const admin = broker.client.admin()
  try {
    await admin.connect()
    const { groups } = await admin.describeGroups([group])
    return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId))
  } catch {
    return []
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

function ask(address: string, request: Buffer): Promise<void> {
  const [host = '', port = ''] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect(Number(port), host)
    const settle = () => {
      socket.destroy()
      resolve()
    }
    socket.setTimeout(PATIENCE, settle)
    socket.once('data', settle).once('error', settle).once('close', settle)
    socket.write(Buffer.concat([int32(request.length), request]))
  })
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}
