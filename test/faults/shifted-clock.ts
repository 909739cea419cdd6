/**
 * Loaded before the command: its wall clock is ahead by the first number of `LACUNA_SHIFTS` (milliseconds, a JSON
 * list), and by the next one from each SIGUSR2 on. What is shifted is `Date.now()`, `new Date()` and `Date()` of the
 * main thread, so everything of Lacuna's and its libraries' that asks for the wall clock; not the monotonic clock, on
 * which timers run, nor the times of the file system, nor threads.
 */
import { isMainThread } from 'node:worker_threads'

const shifts: number[] = JSON.parse(process.env.LACUNA_SHIFTS ?? '[]')

if (isMainThread && shifts.length > 0) {
  let shift = shifts.shift() ?? 0
  process.on('SIGUSR2', () => {
    shift = shifts.shift() ?? shift
  })
  const RealDate = Date
  const now = () => RealDate.now() + shift
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}
