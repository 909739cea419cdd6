import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const hook = path.join(import.meta.dirname, 'usage.ts')

/** A server under measurement: a Node program that listens until it is told to end. */
export interface ServerProcess {
  /** Tells it to end; gives the CPU seconds of all its threads, start and end included. */
  stop(): Promise<number>
}

let runs = 0

/** Starts a Node program and waits until it listens. */
export async function startServer(args: readonly string[], port: number): Promise<ServerProcess> {
  const file = path.join(tmpdir(), `lacuna-bench-${process.pid}-${runs++}.json`)
  // LACUNA_BUILT=0 measures the sources instead.
  const env = { LACUNA_BUILT: '1', ...process.env, BENCH_USAGE: file }
  const child = spawn(process.execPath, ['--import', hook, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await Promise.race([
    listening(port),
    ended.then(() => Promise.reject(new Error(`${args.join(' ')} ended`))),
  ])
  return {
    async stop() {
      child.kill('SIGTERM')
      const code = await ended
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
      const { cpu } = JSON.parse(readFileSync(file, 'utf8'))
      rmSync(file)
      return cpu
    },
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Runs a Node program to its end and gives what it wrote. */
export async function runToEnd(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return text
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
