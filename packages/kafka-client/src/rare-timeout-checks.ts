import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/** Milliseconds between two looks at what is under way; a request may take 60 s. */
const INTERVAL = 1000

let done = false

/**
 * Lets connections of kafkajs 2.2.4 look once a second whether a request has taken too long. Its own ten looks a
 * second are most of what an idle connection costs once {@link quietIdleQueues} is in place.
 */
export function rareTimeoutChecks(): void {
  if (done) return
  done = true
  RequestQueue.prototype.scheduleRequestTimeoutCheck = function schedule(this: RequestQueue) {
    if (!this.enforceRequestTimeout) return
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(() => {
      const now = Date.now()
      for (const request of this.inflight.values())
        if (now - request.sentAt > request.requestTimeout) request.timeoutRequest()
      if (!this.isConnected()) this.destroy()
    }, INTERVAL)
  }
}
