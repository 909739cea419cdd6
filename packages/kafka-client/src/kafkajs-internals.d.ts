/** The queue of a connection, which kafkajs keeps to itself. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[]
    inflight: Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>
    enforceRequestTimeout: boolean
    requestTimeoutIntervalId: NodeJS.Timeout | undefined
    isConnected(): boolean
    destroy(): void
    scheduleCheckPendingRequests(): void
    scheduleRequestTimeoutCheck(): void
  }
}
