import { type Broken, spoil } from './broken.ts'
import { type Instant, isoTime } from './instant.ts'
import { type Call, isEmptyAnswer, requestResponse, type Shape } from './request-response.ts'

/** What is known of a record that can be read, for the truth. */
export type Fact = {
  category: 'RequestResponse' | 'Audit' | 'GatewayLogs' | 'AzureOpenAIRequestUsage' | 'Trace'
  /** The account's name; null for what does not belong to one of the twenty. */
  resource: string | null
  at: Instant
  time: string
  correlationId: string | null
  /** A chat completion, whatever became of it. */
  chat: boolean
  /** A successful chat completion of length zero. */
  empty: boolean
  /** Stamped ahead of the time it arrives at. */
  future: boolean
}

/** One record on its way into the file, in the order of `arrives`. */
export type Delivery = {
  /** Milliseconds since 1970. */
  arrives: number
  text: string
  fact?: Fact
  broken?: Broken
}

/** Half a minute and less is what most records take. */
export const SOON = 6_000

/** A RequestResponse record that arrives `after` milliseconds behind its event time. */
export function deliver(call: Call, after: number = SOON, shape: Shape = {}): Delivery {
  const written = shape.kind === 'near_empty' ? { ...call, responseLength: undefined } : call
  return {
    arrives: call.at.ms + after,
    text: requestResponse(written, shape),
    fact: callFact(written, 'RequestResponse'),
  }
}

/** The same record once more, byte for byte. */
export function deliverAgain(first: Delivery, after: number): Delivery {
  return { ...first, arrives: first.arrives + after }
}

/** A record with a clock that is ahead: it arrives at `arrives`, whatever its time says. */
export function deliverFromFuture(call: Call, arrives: number): Delivery {
  return {
    arrives,
    text: requestResponse(call),
    fact: { ...callFact(call, 'RequestResponse'), future: true },
  }
}

/** A record spoilt on the way; nothing of it counts. */
export function deliverBroken(call: Call, broken: Broken): Delivery {
  return { arrives: call.at.ms + SOON, text: spoil[broken](requestResponse(call)), broken }
}

/** A record of a category whose lengths mean something else. */
export function deliverOther(
  text: string,
  call: Call,
  category: Exclude<Fact['category'], 'RequestResponse'>,
): Delivery {
  return { arrives: call.at.ms + SOON, text, fact: callFact(call, category) }
}

function callFact(call: Call, category: Fact['category']): Fact {
  const answer = category === 'RequestResponse'
  return {
    category,
    resource: category === 'GatewayLogs' ? null : call.resource.name,
    at: call.at,
    time: isoTime(call.at),
    correlationId: category === 'Audit' ? null : call.correlationId,
    chat: answer && call.deployment.operation === 'ChatCompletions_Create',
    empty: answer && isEmptyAnswer(call),
    future: false,
  }
}
