import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { quietIdleQueues } from '../../packages/kafka-client/src/index.ts'
import { makeCertificates } from './certificates.ts'
import { classPath, run } from './java.ts'
import { CONNECTION_STRING, formatArguments, serverProperties } from './server-properties.ts'

/** A real Kafka broker of one node, on loopback. */
export interface Broker {
  /** `localhost:port` with TLS and SASL, as Event Hubs has it. */
  readonly sasl: string
  /** `127.0.0.1:port` without either, for what a test does beside. */
  readonly plain: string
  readonly ca: string
  readonly caFile: string
  /** The password of the user `$ConnectionString`. */
  readonly connectionString: string
  readonly pid: number
  /** A client of the plain listener that says nothing. */
  readonly client: Kafka
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it again on its data and ports; from then on it takes this connection string and no other. */
  restart(connectionString?: string): Promise<void>
  /** It keeps its connections and answers nothing until {@link Broker.thaw}. */
  freeze(): void
  thaw(): void
  /** Ends it and takes its folder away. */
  stop(): Promise<void>
}

/** Starts in half the time of a normal JVM; its TLS is slow, so benchmarks leave it out. */
const QUICK_JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
/** Milliseconds that a start may take on a slow machine. */
const PATIENCE = 90_000

/** Starts a broker and waits until it takes a group's offsets. */
export async function startBroker(options: readonly string[] = QUICK_JVM): Promise<Broker> {
  // The clients of the tests, too, would keep a timer running.
  quietIdleQueues()
  const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-kafka-'))
  const java = ['-cp', classPath(), ...options]
  const [plain, sasl, controller] = [await freePort(), await freePort(), await freePort()]
  const certificates = makeCertificates(folder)
  const properties = path.join(folder, 'server.properties')
  const log = path.join(folder, 'out.log')
  const configure = (connectionString: string) => {
    const ports = { plain, sasl, controller }
    writeFileSync(properties, serverProperties(folder, ports, certificates, connectionString))
  }
  configure(CONNECTION_STRING)
  run('java', [...java, 'kafka.tools.StorageTool', ...formatArguments(properties)])
  const client = new Kafka({
    brokers: [`127.0.0.1:${plain}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 30, factor: 0.2, multiplier: 2 },
  })
  let running: ChildProcess | undefined

  async function launch(): Promise<void> {
    const out = openSync(log, 'a')
    // The broker ends with this process even when that is killed.
    const [command, ...first] =
      process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'TERM', 'java'] : ['java']
    const args = [...first, '-Xmx256m', ...java, 'kafka.Kafka', properties]
    const child = spawn(command ?? 'java', args, { stdio: ['ignore', out, out] })
    closeSync(out)
    running = child
    const until = performance.now() + PATIENCE
    while (!(await answers(sasl))) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`Kafka did not start: ${readFileSync(log, 'utf8').slice(-3000)}`)
      await wait(50)
    }
    await warmUp(client, until)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  await launch()
  return {
    sasl: `localhost:${sasl}`,
    plain: `127.0.0.1:${plain}`,
    ca: certificates.ca,
    caFile: certificates.caFile,
    connectionString: CONNECTION_STRING,
    get pid() {
      return running?.pid ?? -1
    },
    client,
    kill: () => end('SIGKILL'),
    async restart(connectionString = CONNECTION_STRING) {
      configure(connectionString)
      await launch()
    },
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    async stop() {
      running?.kill('SIGCONT')
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The first join of a group on a fresh broker fails noisily unless the topic of the offsets is there. */
async function warmUp(client: Kafka, until: number): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  try {
    for (;;) {
      try {
        await admin.fetchOffsets({ groupId: 'warm-up' })
        return
      } catch (error) {
        if (performance.now() > until) throw error
        await wait(50)
      }
    }
  } finally {
    await admin.disconnect()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (up: boolean) => {
      socket.destroy()
      resolve(up)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}
