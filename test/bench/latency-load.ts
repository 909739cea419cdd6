import { REQUEST, readRequests } from './otlp-requests.ts'
import { poster } from './post.ts'

// The load of the latency benchmark: the first requests of a file as fast as they are taken, which gives the maximum,
// then all others at half of that. Tells the rate, and how many records it has sent. `latency-load.ts PORT FILE FIRST`.

const CONNECTIONS = 2
const [port = '', file = '', first = ''] = process.argv.slice(2)
const { post, end } = poster(Number(port), CONNECTIONS)
const bodies = readRequests(file)
let sent = 0

const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`)
const seconds = () => performance.now() / 1000

async function each(send: () => Promise<boolean>): Promise<void> {
  const one = async () => {
    while (await send());
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
}

async function next(): Promise<boolean> {
  const { value, done } = bodies.next()
  if (done === true) return false
  await post(value)
  sent += REQUEST
  return true
}

// What comes first warms up, and is no part of the measurement.
await each(async () => sent < Number(first) / 2 && (await next()))
const [from, begun] = [sent, seconds()]
await each(async () => sent < Number(first) && (await next()))
const max = (sent - from) / (seconds() - begun)
tell({ max, sent })

const start = seconds()
let turn = 0
await each(async () => {
  const due = start + (turn++ * REQUEST) / (max / 2)
  const wait = (due - seconds()) * 1000
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  const more = await next()
  tell({ sent })
  return more
})
tell({ half: (sent - Number(first)) / (seconds() - start) })
end()
