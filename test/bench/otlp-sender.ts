import { readRequests } from './otlp-requests.ts'
import { poster } from './post.ts'

// Posts requests over two connections, each as soon as the one before it was answered: `otlp-sender.ts PORT FILE`.

const CONNECTIONS = 2
const [port = '', file = ''] = process.argv.slice(2)
const { post, end } = poster(Number(port), CONNECTIONS)

const bodies = readRequests(file)

async function send(): Promise<void> {
  for (;;) {
    const { value, done } = bodies.next()
    if (done === true) return
    await post(value)
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, send))
end()
