import { mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findInputs } from './find-inputs.ts'
import { directory, loggingHost, readAll, receiver } from './test-kit.ts'

const names = async (root: string, include: string[], exclude: string[] = []) =>
  (await findInputs(include, exclude, root)).inputs.map(({ path }) => path.replace(`${root}/`, ''))

describe('include and exclude', () => {
  const tree = { 'a.log': '', 'b.log': '', 'sub/c.log': '', 'sub/d.txt': '' }

  test('take paths and globs relative to the working directory, and absolute ones', async () => {
    const root = directory(tree)
    expect(await names(root, ['*.log'])).toEqual(['a.log', 'b.log'])
    expect(await names(root, ['./sub/../a.log'])).toEqual(['a.log'])
    expect(await names(root, [`${root}/**/*.log`])).toEqual(['a.log', 'b.log', 'sub/c.log'])
    expect(await names(root, ['{a,b}.log', 'sub/?.txt'])).toEqual(['a.log', 'b.log', 'sub/d.txt'])
  })

  test('leave out what exclude names, also where include names it as it is', async () => {
    const root = directory(tree)
    expect(await names(root, ['**/*'], ['**/*.txt', 'a.log'])).toEqual(['b.log', 'sub/c.log'])
    expect(await names(root, ['a.log', 'b.log'], ['./a.*'])).toEqual(['b.log'])
    expect(await names(root, ['a.log', 'b.log'], [`${root}/b.*`])).toEqual(['a.log'])
  })

  test('pass over directories that a glob matches', async () => {
    expect(await names(directory(tree), ['*'])).toEqual(['a.log', 'b.log'])
  })

  test('read a file once that several names lead to', async () => {
    const root = directory(tree)
    symlinkSync(join(root, 'a.log'), join(root, 'z.log'))
    expect(await names(root, ['a.log', '*.log', './a.log', 'z.log'])).toEqual(['a.log', 'b.log'])
  })

  test('order by code point, standard input first', async () => {
    // As UTF-16 units the emoji (D83D...) would come before the private-use character (E000).
    const root = directory({ '\ud83d\ude00': '', '\ue000': '', Z: '', a: '' })
    expect(await names(root, ['*', '-'])).toEqual(['-', 'Z', 'a', '\ue000', '\ud83d\ude00'])
  })

  test('take a name with brackets for the file of that name, if there is one', async () => {
    expect(await names(directory({ 'log[1].x': '', 'log1.x': '' }), ['log[1].x'])).toEqual(['log[1].x'])
    expect(await names(directory({ 'log1.x': '' }), ['log[1].x'])).toEqual(['log1.x'])
  })

  test('work in a working directory whose own name looks like a glob', async () => {
    const root = join(directory({ 'x[1]/a.log': '', 'x[1]/b.log': '' }), 'x[1]')
    expect(await names(root, ['*.log'], ['b*'])).toEqual(['a.log'])
  })

  test('know standard input under its other names', async () => {
    expect(await names('/', ['/dev/stdin', '-', '/dev/fd/0'])).toEqual(['-'])
  })
})

describe('when there is nothing to read', () => {
  const refusal = async (root: string, settings: Record<string, unknown>) => {
    const host = loggingHost()
    const error = await Promise.resolve(receiver(root, settings, host).start()).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    expect(host.events).toEqual([])
    return error
  }

  test('start rejects and names what matches no file', async () => {
    const root = directory({ 'a.log': '' })
    expect(await refusal(root, { include: ['*.ndjson', 'none.log'] })).toMatchObject({
      code: 'no_input',
      component: 'file',
      message: `file: no file matches *.ndjson, none.log (paths are relative to ${root})`,
    })
  })

  test('it says so when exclude is the cause', async () => {
    expect(await refusal(directory({ 'a.log': '' }), { include: '*.log', exclude: ['a*'] })).toMatchObject({
      code: 'no_input',
      message: 'file: exclude leaves out every file that matches *.log (1 of them)',
    })
  })

  test('a directory named as it is is told, with what to write instead', async () => {
    const root = directory({ 'logs/a': '' })
    expect(await refusal(root, { include: 'logs' })).toMatchObject({
      code: 'unreadable_input',
      message: `file: cannot read ${root}/logs: it is a directory; to read what is in it, include ${root}/logs/*`,
    })
  })

  test('a name with a line end in it cannot break the line of the message', async () => {
    const root = directory()
    mkdirSync(join(root, 'a\nb'))
    expect(String(await refusal(root, { include: 'a\nb' }))).not.toContain('\n')
  })
})

describe('when some of it cannot be read', () => {
  test('the rest is read, each failure is told once, and done rejects with all of them', async () => {
    const root = directory({ 'a.log': 'a\n', 'dir/x': '' })
    symlinkSync(join(root, 'nowhere'), join(root, 'link.log'))
    const { host, error, bodies } = await readAll(root, { include: ['*.log', 'dir', 'gone.log'] })
    expect(bodies).toEqual(['a'])
    expect(host.ledger.notes).toEqual({ unreadable_file: 3 })
    expect(host.log.map((line) => basename(line))).toHaveLength(3)
    expect(error).toMatchObject({ code: 'unreadable_input' })
    expect(String(error)).toContain('cannot read 3 of 4 files')
    for (const part of [
      'link.log (it is a broken link)',
      'dir (it is a directory',
      'gone.log (no such file)',
    ])
      expect(String(error)).toContain(part)
  })

  test('a glob without a match is told in the log and is no failure', async () => {
    const { host, error } = await readAll(directory({ a: 'x' }), { include: ['a', '*.gz'] })
    expect(error).toBeUndefined()
    expect(host.log).toEqual(['no file matches *.gz; the others are read'])
  })

  test('many failures name the first five and count the rest', async () => {
    const include = Array.from({ length: 30 }, (_, index) => `gone${String(index).padStart(2, '0')}`)
    const { host, error } = await readAll(directory({ a: 'x' }), { include: ['a', ...include] })
    expect(String(error)).toMatch(/cannot read 30 of 31 files: .*gone04 \(no such file\) and 25 more$/)
    expect(host.log).toHaveLength(10)
    expect(host.ledger.notes.unreadable_file).toBe(30)
  })
})
