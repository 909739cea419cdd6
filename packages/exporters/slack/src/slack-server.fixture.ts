import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { Block, Message, Text } from './message/message.ts'

/** What a call asked for. */
interface Call extends Message {
  /** `webhook`, `chat.postMessage` or `chat.update`. */
  readonly method: string
  readonly channel?: string
  readonly ts?: string
  readonly thread_ts?: string
}

/** What the server is to answer next in place of its own answer. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A server that behaves as Slack does at `/services/…` and `/api/…`, as far as this exporter can tell. */
export interface SlackServer {
  readonly url: string
  readonly webhookUrl: string
  readonly apiUrl: string
  /** All calls that came in, refused ones too. */
  readonly calls: Call[]
  /** Messages in the channel by `ts`, as they are now. */
  readonly messages: Map<string, Call>
  /** Everything that was in the address or a header, to look for where a secret went. */
  readonly authorizations: string[]
  /** What to answer to the next calls; `undefined` for what Slack would. */
  answer(...answers: (Answer | undefined)[]): void
  close(): Promise<void>
}

export const WEBHOOK_SECRET = 'T0000/B0000/webhookSECRETwebhook'
export const TOKEN_SECRET = 'xoxb-1234-5678-tokenSECRETtoken'

/** An answer of the Web API, or of a webhook, with this status and text. */
export function answers(status: number, body: string | object, headers: Record<string, string> = {}): Answer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
      ...headers,
    })
    response.end(text)
  }
}

export async function slackServer(): Promise<SlackServer> {
  const calls: Call[] = []
  const messages = new Map<string, Call>()
  const authorizations: string[] = []
  let next: (Answer | undefined)[] = []
  let stamp = 1_789_377_670

  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    const call = callOf(request, text)
    calls.push(call)
    authorizations.push(request.headers.authorization ?? '')
    const given = next.shift()
    if (given !== undefined) return given(response, request)
    const webhook = call.method === 'webhook'
    if (webhook && request.url !== `/services/${WEBHOOK_SECRET}`)
      return answers(404, 'no_service')(response, request)
    if (!webhook && request.headers.authorization !== `Bearer ${TOKEN_SECRET}`)
      return answers(200, { ok: false, error: 'invalid_auth' })(response, request)
    const problem = blocksProblem(call.blocks)
    if (problem !== undefined)
      return answers(webhook ? 400 : 200, webhook ? problem : { ok: false, error: problem })(
        response,
        request,
      )
    if (call.method === 'chat.update' && !messages.has(call.ts ?? ''))
      return answers(200, { ok: false, error: 'message_not_found' })(response, request)
    const ts = call.method === 'chat.update' ? (call.ts ?? '') : `${stamp++}.000100`
    const before = messages.get(ts)
    messages.set(ts, before?.thread_ts === undefined ? call : { ...call, thread_ts: before.thread_ts })
    answers(200, webhook ? 'ok' : { ok: true, channel: 'C012AB3CD', ts })(response, request)
  })
  await listen(server)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    webhookUrl: `${url}/services/${WEBHOOK_SECRET}`,
    apiUrl: `${url}/api/`,
    calls,
    messages,
    authorizations,
    answer: (...answers) => {
      next = answers
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function callOf(request: IncomingMessage, text: string): Call {
  const path = request.url ?? ''
  if (!path.startsWith('/api/')) return { method: 'webhook', ...JSON.parse(text) }
  const form = Object.fromEntries(new URLSearchParams(text))
  return {
    ...form,
    method: path.slice('/api/'.length),
    text: form.text ?? '',
    blocks: JSON.parse(form.blocks ?? '[]'),
  }
}

/** Slack's limits, written down once more so that a mistake in ours shows. */
export function blocksProblem(blocks: readonly Block[]): string | undefined {
  if (blocks.length > 50) return 'invalid_blocks'
  if (JSON.stringify(blocks).length > 13_200) return 'msg_blocks_too_long'
  return blocks.every(isValid) ? undefined : 'invalid_blocks'
}

function isValid(block: Block): boolean {
  if (block.type === 'header') return block.text.type === 'plain_text' && within(block.text, 150)
  if (block.type === 'context') return atMost(block.elements, 10, 3000)
  return 'fields' in block ? atMost(block.fields, 10, 2000) : within(block.text, 3000)
}

function atMost(texts: readonly Text[], count: number, length: number): boolean {
  return texts.length >= 1 && texts.length <= count && texts.every((text) => within(text, length))
}

function within({ text }: Text, most: number): boolean {
  return text.length >= 1 && text.length <= most
}
