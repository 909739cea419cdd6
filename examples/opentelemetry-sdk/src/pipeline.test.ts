import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function command(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  /** Resolves with what stands in the brackets once standard error has it. */
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      child.stderr.on('data', () => {
        const found = pattern.exec(stderr)?.[1]
        if (found !== undefined) resolve(found)
      })
      void ended.then(() => reject(new Error(`it ended first: ${stderr}`)))
    })
  return { child, ended, says }
}

describe('the example', { timeout: 60_000 }, () => {
  it('tells of the service that sends its logs with the OpenTelemetry SDK, with the right counts', async () => {
    const lacuna = command(process.execPath, [
      'packages/cli/bin/lacuna.js',
      ...['run', '--config', 'examples/opentelemetry-sdk/pipeline.yaml'],
      // Any port that is free.
      ...['--set', 'receivers.otlp.protocols.http.endpoint=127.0.0.1:0'],
    ])
    try {
      const address = await lacuna.says(/"address":"([^"]+)"/)
      const service = command('npm', ['start', '--workspace', '@lacuna/example-opentelemetry-sdk'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${address}`,
      })
      const { code, stdout, stderr } = await service.ended
      expect(code, stderr).toBe(0)
      expect(stdout).toMatch(/^48 calls, 12 answered with nothing, 12 failed$/m)
    } finally {
      lacuna.child.kill('SIGTERM')
    }
    const { code, stdout } = await lacuna.ended
    expect(code).toBe(0)
    const alerts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    // Every fourth call is empty, the second of its round: the tenth of them is the 38th call.
    expect(alerts).toMatchObject([
      {
        body: 'support-desk, chat-small answers with nothing: 10 of 38 chat completions within 60m came back empty.',
        attributes: {
          'rule.id': 'empty_chat_answers',
          'service.name': 'support-desk',
          'gen_ai.request.model': 'chat-small',
          'lacuna.alert.status': 'open',
          'lacuna.alert.count': 10,
          'lacuna.alert.total': 38,
        },
      },
    ])
  })
})
