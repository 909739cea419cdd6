import type { Message } from '../message/message.ts'

/** Where a message is: what it takes to change it, or to answer it. */
export interface Place {
  readonly channel: string
  readonly ts: string
}

/**
 * Sends one message at a time.
 *
 * Throws a `RetryableError`, a `PermanentError` (nothing will be accepted until the configuration has changed), a
 * {@link RefusedError} (this message will not be) or a {@link GoneError} (there is nothing to change or to answer).
 */
export interface Poster {
  /** Posts, in the thread of another message where one is given. `undefined` where Slack does not say where. */
  post(message: Message, thread: Place | undefined, signal: AbortSignal): Promise<Place | undefined>
  /** Changes a message; absent where messages cannot be. */
  readonly update?: (place: Place, message: Message, signal: AbortSignal) => Promise<void>
}

/** Slack will not have this message, while it may have the next one. */
export class RefusedError extends Error {}

/** The message that was to be changed or answered is not there, or may not be changed any more. */
export class GoneError extends Error {}
