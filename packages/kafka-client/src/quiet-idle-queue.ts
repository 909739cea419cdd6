import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

let done = false

/**
 * Keeps idle connections of kafkajs 2.2.4 from arming a timer with a negative delay for ever, some 900 times a
 * second and connection: 3 to 5 % of a core, and a warning on new Node. Only a queue in which something waits needs
 * the timer; it then falls due when the broker's throttle ends.
 */
export function quietIdleQueues(): void {
  if (done) return
  done = true
  const original = RequestQueue.prototype.scheduleCheckPendingRequests
  RequestQueue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.pending.length > 0) original.call(this)
  }
}
