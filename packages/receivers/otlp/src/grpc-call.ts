import type { ServerHttp2Stream } from 'node:http2'
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js'

/** A request message as it came: still compressed, behind the five bytes in front of every gRPC message. */
export interface RawMessage {
  readonly framed: Buffer
  /** The encoding that the headers name, where the message says that it is compressed; else `identity`. */
  readonly encoding: string
}

/**
 * The parts of `@grpc/grpc-js`'s innermost call that are taken over. They are not public: the version is pinned, and
 * tests fail if one of them goes away.
 */
interface BaseCall extends ServerInterceptingCallInterface {
  readonly stream: ServerHttp2Stream
  handleDataFrame(data: Buffer): void
  decompressMessage(message: Buffer, encoding: string): unknown
}

export interface TakeOver {
  /** Called before bytes are kept; `false` when the call has been refused and they are not to be. */
  admit(bytes: number): boolean
  /** Called when the stream is closed, whoever did it. */
  closed(): void
}

/**
 * Takes over what `@grpc/grpc-js` would do with a message itself: it keeps bytes without asking whether there is
 * room, decompresses up to the same limit that holds for the compressed message, many messages of a call at once, and
 * does not know zstd. Here bytes are admitted as they come, and messages are handed on as {@link RawMessage}.
 *
 * Gives a function that ends the stream after its last frame: a client that is refused early need not send the rest.
 */
export function takeOver(call: ServerInterceptingCallInterface, hooks: TakeOver): () => void {
  if (!isBaseCall(call)) {
    throw new TypeError('this version of @grpc/grpc-js has other calls than the one this was written for')
  }
  const keep = call.handleDataFrame
  call.handleDataFrame = (data) => {
    if (hooks.admit(data.length)) keep.call(call, data)
  }
  call.decompressMessage = (framed, encoding): RawMessage => ({ framed, encoding })
  const { stream } = call
  stream.once('close', hooks.closed)
  return () => {
    // In a later turn, so that the frames of the answer are out before the one that ends the stream.
    setImmediate(() => {
      if (!stream.closed) stream.close()
    })
  }
}

function isBaseCall(call: ServerInterceptingCallInterface): call is BaseCall {
  const base = call as Partial<BaseCall>
  return (
    typeof base.handleDataFrame === 'function' &&
    typeof base.decompressMessage === 'function' &&
    typeof base.stream === 'object'
  )
}
