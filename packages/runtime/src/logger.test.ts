import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { logLine } from './log-line.ts'
import { createLogger } from './logger.ts'

const TIME = new Date(Date.UTC(2026, 0, 1, 12, 3, 4))

describe('a log line for a person', () => {
  it('has the time, the level, the component, the sentence and the rest', () => {
    const fields = { component: 'file/a', path: '/x', times: 2, dropped: { late: 1 }, error: 'gone' }
    expect(logLine('warn', fields, 'cannot read: gone', TIME, false)).toBe(
      '12:03:04 WARN  file/a: cannot read: gone (path=/x, times=2, dropped={"late":1})\n',
    )
    expect(logLine('error', {}, 'no', TIME, true)).toBe('12:03:04 \u001b[31mERROR\u001b[0m no\n')
  })

  it('lets no text act on the terminal, and is bounded', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const line = logLine(
      'info',
      { '\u001b[2J': '\u001b[2J', cyclic, big: 'x'.repeat(1e6) },
      '\r\u001b[1A',
      TIME,
      false,
    )
    expect(line.slice(0, -1)).not.toMatch(/[^\x20-\x7e…]/)
    expect(line.length).toBeLessThan(2500)
    expect(line).toContain('cyclic=[cannot be shown]')
  })
})

describe('the logger', () => {
  it('writes JSON with the level by name, and nothing below its level', () => {
    const lines: string[] = []
    const logger = createLogger({ format: 'json', level: 'warn', write: (text) => void lines.push(text) })
    logger.debug({}, 'no')
    logger.info({}, 'no')
    logger.warn({ component: 'file', n: 1 }, 'line\nbreak')
    logger.error({}, 'yes')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      component: 'file',
      n: 1,
      msg: 'line\nbreak',
    })
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1)
  })

  it('writes lines for a person, and nothing when silent', () => {
    const lines: string[] = []
    const write = (text: string) => void lines.push(text)
    createLogger({ format: 'line', write }).debug({}, 'no')
    createLogger({ format: 'line', write, colour: false }).info({ component: 'file' }, 'yes')
    createLogger({ format: 'line', level: 'silent', write }).error({}, 'no')
    createLogger({ format: 'json', level: 'silent', write }).error({}, 'no')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d INFO {2}file: yes\n$/)
  })

  it('writes JSON to standard error when that is no terminal, and loads pino only then', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL('./logger.ts', import.meta.url).href)}
      import { createRequire } from 'node:module'
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some(path => path.includes('pino'))
      const logger = createLogger()
      const before = loaded()
      logger.warn({ component: 'file' }, 'hello')
      console.log(JSON.stringify([before, loaded()]))
    `
    const args = ['--conditions=source', '--input-type=module-typescript', '-e', script]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(JSON.parse(stderr)).toMatchObject({ level: 'warn', msg: 'hello' })
    expect(JSON.parse(stdout)).toEqual([false, true])
  })
})
