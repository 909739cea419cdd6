import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Writes records until nobody reads, then says on standard error how it ended. */
const PROGRAM = `
  import { LogRecord } from '@lacuna/sdk'
  import { testHost } from '@lacuna/sdk/testing'
  import stdout from './src/index.ts'
  const exporter = stdout.create({}, testHost({ id: 'stdout' }))
  let ended = false
  exporter.closed.then(() => { ended = true })
  const records = Array.from({ length: 1000 }, () => new LogRecord({ body: 'hello'.repeat(20) }))
  let error
  while (!ended) {
    await exporter.export(records, new AbortController().signal).catch(thrown => { error = thrown })
  }
  await exporter.stop()
  await new Promise(resolve => setTimeout(resolve, 20))
  process.stderr.write(error.code + ' ' + error.message)
`

describe('a real pipe', () => {
  it('that is closed by its reader is a clean end', async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--input-type=module-typescript', '-e', PROGRAM],
      {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const [first] = await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    expect(String(first)).toMatch(/^\{"timestamp":null,"body":"hello/)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/^(permanent|partial) stdout: /)
  })
})
