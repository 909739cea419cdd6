import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createDetector } from './detector.ts'

it('has an example in the README that runs and counts', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  const body = code.replace(/^import .*$/m, '').replace(/: \{ at: .*? \}\)/, ')')
  const make = new Function('createDetector', `${body}; return { detector, outputs }`)
  const { detector, outputs } = make(createDetector)
  expect(outputs).toEqual([])
  expect(detector.counts.matches).toBe(1)
})
