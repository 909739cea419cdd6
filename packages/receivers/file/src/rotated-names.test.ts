import { expect, test } from 'vitest'
import { basesOf } from './rotated-names.ts'

test.each([
  ['/l/a.log.1', '/l/a.log'],
  ['/l/a.log.12.gz', '/l/a.log'],
  ['/l/a.log.gz', '/l/a.log'],
  ['/l/a.log-20261124', '/l/a.log'],
  ['/l/a-20261124.log', '/l/a.log'],
  ['/l/a-2026-11-24.log.gz', '/l/a.log'],
  ['/l/a-2026-11-24T10-00-00.000.log', '/l/a.log'],
  ['/l/a_3.log', '/l/a.log'],
  ['/l/0.log.20230810-082034', '/l/0.log'],
  ['/l/app.1', '/l/app'],
])('%s may have been %s', (path, base) => {
  expect(basesOf(path)).toContain(base)
})

test.each(['/l/a.log', '/l/a.error.log', '/l/a', '/l/.gz', '/l/1', '/l/.1', `/l/${'a.1'.repeat(100)}`])(
  '%s is no name that a rotation makes',
  (path) => {
    expect(basesOf(path)).toEqual([])
  },
)

test('a compressed predecessor may come from the plain one or from the file itself', () => {
  expect(basesOf('/l/a.log.1.gz').sort()).toEqual(['/l/a.log', '/l/a.log.1'])
})
