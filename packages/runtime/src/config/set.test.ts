// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are what is tested
import { describe, expect, it } from 'vitest'
import { GOOD, load, mistakes } from './fakes.fixture.ts'

const told = (...set: string[]) => mistakes(GOOD, { set })

describe('--set', () => {
  it('splits its key at dots, and its value is YAML', async () => {
    const set = [
      'processors.detect.threshold=5',
      'processors.detect.window={type: tumbling, size: 7m}',
      'receivers.file.include=[x, "y=z"]',
    ]
    const config = await load(GOOD, { set })
    expect(config.processors.get('detect')?.config).toMatchObject({
      threshold: 5,
      window: { type: 'tumbling', size: 420_000 },
    })
    expect(config.receivers.get('file')?.config).toMatchObject({ include: ['x', 'y=z'] })
  })

  it('leaves a name to the id before it', async () => {
    const set = ['receivers.file/in.include=b', 'service.pipelines.logs.receivers=[file/in]']
    const config = await load(GOOD, { set })
    expect([...config.receivers.keys()]).toEqual(['file/in'])
  })

  it('comes after the files, the last one last', async () => {
    const set = ['processors.detect.threshold=5', 'processors.detect.threshold=6']
    const config = await load([GOOD, 'processors: { detect: { threshold: 4 } }'], { set })
    expect(config.processors.get('detect')?.config).toMatchObject({ threshold: 6 })
  })

  it('takes an empty value for a bare key', async () => {
    const config = await load(GOOD, { set: ['processors.detect=', 'processors.detect.dedupe_by='] })
    expect(config.processors.get('detect')?.config).toMatchObject({ dedupe_by: null })
  })

  it('may hold references', async () => {
    const config = await load(GOOD, { set: ['receivers.file.include=${env:A}'], env: { A: '0123' } })
    expect(config.receivers.get('file')?.config).toMatchObject({ include: '0123' })
  })

  it('begins an error with itself', async () => {
    expect(await told('receivers.file.folow=true')).toBe(
      [
        '--set receivers.file.folow: unknown key "folow" in receivers.file',
        '  receivers.file.folow=true',
        '                 ^',
        'did you mean "follow"?',
      ].join('\n'),
    )
    expect(await told('processors.detect.threshold=ten')).toContain('\n                              ^')
    expect(await told('processors.detect={thresold: 1}')).toMatch(
      /^--set processors\.detect: unknown key "thresold"/,
    )
  })

  it.each([
    ['receivers.file.include', '--set receivers.file.include: there is no "=" in it'],
    ['=x', '--set: a part of its key is empty'],
    ['a..b=x', '--set a..b: a part of its key is empty'],
    ['a.__proto__.b=x', '--set a.__proto__.b: the key "__proto__" cannot be used'],
    ['receivers.file.include="x', '--set receivers.file.include: this quote is never closed'],
    ['service=x', '--set service: "service" must be a map, got a string'],
  ])('refuses %s', async (argument, message) => {
    expect(await told(argument)).toContain(message)
  })

  it('cannot reach into a list', async () => {
    const texts = [GOOD, 'processors: { detect: { exceptions: [{ name: a, where: b }] } }']
    const text = await mistakes(texts, { set: ['processors.detect.exceptions.0.name=c'] })
    expect(text).toContain('--set processors.detect.exceptions.0.name: --set cannot reach into a list')
  })

  it('does not show a value that could not be parsed', async () => {
    expect(await told('exporters.slack.psk="hunter2')).not.toContain('hunter2')
    expect(await told('exporters.slack.token:hunter2')).not.toContain('hunter2')
  })
})
