import { describe, expect, it } from 'vitest'
import { createProgressLine, progressLine } from './progress-line.ts'
import { createScreen } from './screen.ts'

/** Two streams that write into one list, as two outputs on one terminal do. */
function terminal(isTTY = true, columns = 80) {
  const seen: string[] = []
  const stream = () => ({ isTTY, columns, write: (text: string) => void seen.push(text) })
  return { seen, stdout: stream(), stderr: stream() }
}

const CLEAR = '\r\u001b[K'

describe('createScreen', () => {
  it('writes the status over itself, and clears it before anything else on either output', () => {
    const { seen, stdout, stderr } = terminal()
    const screen = createScreen(stdout, stderr)
    screen.status('1%')
    screen.status('2%')
    stdout.write('alert\n')
    stdout.write('another\n')
    screen.status('3%')
    screen.error('log\n')
    screen.clear()
    expect(seen).toEqual([
      `${CLEAR}1%`,
      `${CLEAR}2%`,
      CLEAR,
      'alert\n',
      'another\n',
      `${CLEAR}3%`,
      CLEAR,
      'log\n',
    ])
  })

  it('cuts a status to the width of the terminal', () => {
    const { seen, stdout, stderr } = terminal(true, 10)
    createScreen(stdout, stderr).status('0123456789abc')
    expect(seen).toEqual([`${CLEAR}012345678`])
  })

  it('shows no status, and no escape at all, where standard error is no terminal', () => {
    const { seen, stdout, stderr } = terminal(false)
    const screen = createScreen(stdout, stderr)
    screen.status('1%')
    screen.error('log\n')
    screen.clear()
    expect(seen).toEqual(['log\n'])
  })

  it('gives standard output back as it was', () => {
    const { seen, stdout, stderr } = terminal()
    const { write } = stdout
    const screen = createScreen(stdout, stderr)
    screen.release()
    screen.status('1%')
    stdout.write('alert\n')
    expect(stdout.write).toBe(write)
    expect(seen).toEqual([`${CLEAR}1%`, 'alert\n'])
  })
})

describe('the progress line', () => {
  it('says how far, how fast, how many alerts, and how long still', () => {
    expect(progressLine({ bytes: 2 ** 20, total: 4 * 2 ** 20, records: 24_690 }, 2, 2000)).toBe(
      '1.0 MiB of 4.0 MiB  25%  12,345 records/s  2 alerts  6.0s left',
    )
  })

  it('leaves out what cannot be known, and survives nothing at all', () => {
    expect(progressLine({ bytes: 512, records: 10 }, 1, 1000)).toBe('512 B  10 records/s  1 alert')
    expect(progressLine({ bytes: 0, total: 0, records: 0 }, 0, 0)).toBe(
      '0 B of 0 B  100%  0 records/s  0 alerts  0.00s left',
    )
    expect(progressLine({ bytes: 0, total: 10, records: 0 }, 0, 1000)).not.toContain('left')
    expect(progressLine({ bytes: 20, total: 10, records: 1 }, 0, 1000)).toContain('100%')
  })

  it('is drawn at most five times a second, however often a receiver reports', () => {
    const { seen, stdout, stderr } = terminal()
    let now = 0
    const screen = createScreen(stdout, stderr)
    const show = createProgressLine({ screen, monotonic: () => now, alerts: () => 0 })
    for (; now < 1000; now += 10) show({ bytes: now, total: 1000, records: now })
    expect(seen).toHaveLength(4)
    now = 1200
    show({ bytes: 1000, total: 1000, records: 1000 })
    expect(seen.at(-1)).toContain('100%')
  })
})
