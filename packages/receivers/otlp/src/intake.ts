import type { Ledger, LogRecord } from '@lacuna/sdk'
import type { Admission, Ticket } from './admission.ts'
import type { Delivery } from './deliver.ts'
import { type Encoding, inflate } from './inflate.ts'
import { Refusal, type RefusalKind } from './refusal.ts'
import { explain, type Format } from './wire.ts'

/** What both servers do with a request once it is there, and what they share. */
export interface Intake {
  readonly admission: Admission
  readonly maxRequestBytes: number
  /** Decompresses, decodes and hands on. Resolves when the pipelines accepted it, rejects with a {@link Refusal}. */
  take(request: Request): Promise<void>
  /** Notes a refusal in the ledger. */
  note(kind: RefusalKind): void
}

/** A request whose bytes are all there, and admitted by its ticket. */
interface Request {
  readonly bytes: Buffer
  readonly encoding: Encoding
  readonly format: Format
  readonly ticket: Ticket
  readonly sender: Sender
}

/** Whoever waits for the answer. */
export interface Sender {
  gone: boolean
  /** Called when they have gone. */
  onGone: (() => void) | undefined
}

export interface IntakeOptions {
  readonly admission: Admission
  readonly delivery: Delivery
  readonly ledger: Ledger
  readonly maxRequestBytes: number
  readonly maxDecompressedBytes: number
}

export function intake(options: IntakeOptions): Intake {
  const { admission, delivery, ledger } = options
  return {
    admission,
    maxRequestBytes: options.maxRequestBytes,
    note: (kind) => ledger.noted(`refused_${kind}`, 1),
    async take({ bytes, encoding, format, ticket, sender }) {
      const plain = await inflate(bytes, encoding, options.maxDecompressedBytes, ticket)
      if (encoding !== 'identity') ticket.shrink(bytes.length)
      // What nobody waits for is sent again: handed on, it would be counted twice.
      if (sender.gone) throw new Refusal('unavailable', 'the sender has gone')
      const records = decode(format, plain)
      if (records.length === 0) return
      const offer = delivery.offer(records)
      sender.onGone = offer.cancel
      await offer.done
    },
  }
}

function decode(format: Format, bytes: Buffer): LogRecord[] {
  // An empty request is a success, in JSON too, where no text at all is no JSON.
  if (bytes.length === 0) return []
  try {
    return format.decode(bytes)
  } catch (error) {
    throw new Refusal('bad_data', explain(error))
  }
}

/** A refusal is told as it is; for anything else, which would be a mistake of ours, the sender may try again. */
export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('unavailable', 'the request could not be handled')
}
