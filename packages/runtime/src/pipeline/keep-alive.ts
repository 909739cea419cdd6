/** A timer's greatest interval, some 25 days. */
const LONG = 2 ** 31 - 1

/**
 * Keeps the process alive until the returned function is called. The clock's own timers do not, and an exporter
 * that waits for its next try holds nothing else open.
 */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, LONG)
  return () => clearInterval(timer)
}
