import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'
import type { Ticket } from './admission.ts'
import { type RawMessage, takeOver } from './grpc-call.ts'
import { refusalStatus } from './grpc-status.ts'
import { tooLarge } from './inflate.ts'
import { asRefusal, type Sender } from './intake.ts'
import { Refusal, stopping, unauthenticated } from './refusal.ts'
import type { ServerSetup, UnderWay } from './server.ts'

/** Bytes in front of every gRPC message. */
const PREFIX = 5

/** What the method's handler gets as its request. */
export interface Incoming extends RawMessage {
  readonly ticket: Ticket
  readonly sender: Sender
}

/** What the calls of one server have in common. */
export interface GrpcState {
  readonly stopped: boolean
  /** Calls whose stream is open. */
  readonly calls: UnderWay<object>
  /** How to refuse those whose message is still on its way. */
  readonly reading: Set<(refusal: Refusal) => void>
}

/** What comes before the method is called: who it is, how much they send, and how long they take. */
export function interceptor(setup: ServerSetup, state: GrpcState): ServerInterceptor {
  const { intake, auth, clock } = setup
  return (_method, call) => {
    const ticket = intake.admission.open()
    const sender: Sender = { gone: false, onGone: undefined }
    let total = 0
    let answered = false

    const end = takeOver(call, {
      admit(bytes) {
        if (answered) return false
        total += bytes
        try {
          if (total > intake.maxRequestBytes + PREFIX) throw tooLarge(intake.maxRequestBytes)
          ticket.grow(bytes)
          return true
        } catch (error) {
          refuse(asRefusal(error))
          return false
        }
      },
      closed() {
        state.calls.delete(call)
        finish()
        leave()
      },
    })
    const refuse = (refusal: Refusal) => {
      if (answered) return
      intake.note(refusal.kind)
      finish()
      call.sendStatus(refusalStatus(refusal))
      answered = true
      end()
    }
    const finish = () => {
      cancelTimer()
      state.reading.delete(refuse)
      ticket.release()
    }
    const leave = () => {
      if (answered) return
      answered = true
      sender.gone = true
      sender.onGone?.()
    }
    const cancelTimer = clock.after(setup.requestTimeout, () =>
      refuse(new Refusal('too_slow', 'the request did not arrive in time')),
    )
    state.calls.add(call)
    state.reading.add(refuse)

    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, forward) {
            if (state.stopped) refuse(stopping())
            else if (auth?.check(authorization(metadata)) === false) refuse(unauthenticated())
            else forward(metadata)
          },
          onReceiveMessage(message: RawMessage, forward) {
            forward({ ...message, ticket, sender } satisfies Incoming)
          },
          onReceiveHalfClose(forward) {
            cancelTimer()
            state.reading.delete(refuse)
            forward()
          },
          onCancel: leave,
        }),
      sendStatus(status, next) {
        answered = true
        ticket.release()
        next(status)
      },
    })
  }
}

/** Of several, none counts. */
function authorization(metadata: Metadata): string | undefined {
  const values = metadata.get('authorization')
  return values.length === 1 ? String(values[0]) : undefined
}
