import { defineProcessor } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { components, fakes, load, mistakes, SERVICE } from './fakes.fixture.ts'

const yaml = (detect: string, more = '') =>
  `receivers: { file: { include: a } }\nprocessors:\n  detect:\n${detect}\nexporters: { stdout: }\n${more}${SERVICE}`
const detect = (text: string) => mistakes(yaml(text))

describe('a mistake in a component', () => {
  it('is shown with its place, its line, a caret and what was meant', async () => {
    expect(await detect('    thresold: 5')).toBe(
      [
        'lacuna.yaml:4:5: unknown key "thresold" in processors.detect',
        '      thresold: 5',
        '      ^',
        'did you mean "threshold"?',
      ].join('\n'),
    )
  })

  it.each([
    ['    threshold: ten', '4:16: "threshold" must be a whole number, got a string', undefined],
    ['    threshold: 1.5', '4:16: "threshold" must be a whole number', undefined],
    [
      '    threshold: "10"',
      '4:16: "threshold" must be a whole number, got a string',
      'write it without quotes: 10',
    ],
    ['    threshold: [1]', '4:5: "threshold" must be a whole number, got a list', undefined],
    ['    threshold:', '4:5: "threshold" must be a whole number, got nothing', undefined],
    ['    threshold: 0', '4:16: "threshold" must be at least 1', undefined],
    ['    ratio: 0', '4:12: "ratio" must be greater than 0', undefined],
    ['    ratio: 1.5', '4:12: "ratio" must be at most 1', undefined],
    [
      '    dedupe_by: 0123',
      '4:16: "dedupe_by" must be a string or null, got a number',
      'put it in quotes: "0123"',
    ],
    ['    window: 60m', '4:13: "window" must be a map, got a string', undefined],
    [
      '    window: { type: tumbling, size: 60 }',
      '4:37: "window.size" must be a duration such as 90s, 60m or 1h30m, got a number',
      'a duration has a unit: did you mean "60m"?',
    ],
    [
      '    window: { type: tumbling, size: "60" }',
      '4:37: "window.size": expected a duration such as 90s, 60m or 1h30m',
      'a duration has a unit: did you mean "60m"?',
    ],
    [
      '    window: { type: slidin, size: 60m }',
      '4:21: "window.type" must be "tumbling" or "sliding"',
      'did you mean "sliding"?',
    ],
    ['    window: { size: 60m }', '4:5: missing key "type" in processors.detect.window', undefined],
    [
      '    window: { type: tumbling }',
      '4:5: missing key "size" in processors.detect.window',
      'it takes a duration such as 90s, 60m or 1h30m. How long.',
    ],
    [
      '    limits: { deep: { on: yes } }',
      '4:27: "limits.deep.on" must be true or false, got a string',
      'write true',
    ],
    ['    exceptions: {}', '4:5: "exceptions" must be a list, got a map', undefined],
    [
      '    exceptions:\n      - name: ""\n        where: x',
      '5:15: "exceptions[0].name" must not be empty',
      undefined,
    ],
    [
      '    exceptions:\n      - { name: x, where: y }\n      - name: z',
      '6:9: missing key "where" in processors.detect.exceptions[1]',
      'it takes a string. A condition.',
    ],
    [
      '    exceptions:\n      - { name: x, where: y, expires: soon }',
      '5:39: "exceptions[0].expires" is not a valid datetime',
      undefined,
    ],
    ['    recover_below: 11', '4:20: "recover_below": recover_below must not be above threshold', undefined],
  ])('%s', async (text, message, suggestion) => {
    const told = await detect(text)
    expect(told).toContain(`lacuna.yaml:${message}`)
    if (suggestion !== undefined) expect(told.split('\n')).toContain(suggestion)
  })

  it('is pointed at within a condition, where the schema says where', async () => {
    for (const where of ['a !! b', '"a !! b"', "'a !! b'", '|\n          a\n          OR a !! b']) {
      const told = await detect(`    exceptions:\n      - name: x\n        where: ${where}`)
      const lines = told.split('\n')
      const caret = lines.find((text) => /^ +\^$/.test(text)) ?? ''
      const line = lines[lines.indexOf(caret) - 1] ?? ''
      expect(line.slice(caret.length - 1)).toMatch(/^!!/)
      expect(told).toContain('write "NOT"')
    }
  })

  it('is told once when a required key is only mistyped', async () => {
    const told = await mistakes(
      `receivers: { file: { inclde: a } }\nprocessors: { detect: }\nexporters: { stdout: }${SERVICE}`,
    )
    expect(told).toContain('did you mean "include"?')
    expect(told).not.toContain('missing key')
  })

  it('names keys of the branch that is meant, not of another', async () => {
    const told = await detect('    window: { type: tumbling, size: 5m, slide: 1m }')
    expect(told).toContain('unknown key "slide"')
    expect(told).toContain('known here: type, size')
  })

  it('says of a union what fits, or what is wrong within the part that was meant', async () => {
    const slack = (mention: string) =>
      mistakes(
        yaml('', `exporters/x: 1`).replace(
          'exporters: { stdout: }\nexporters/x: 1',
          `exporters: { stdout: , slack: { token: xoxb-1, channel: c, mention: ${mention} } }`,
        ),
      )
    expect(await slack('5')).toContain('"mention" must be "none" or a map, got a number')
    expect(await slack('{ user: me, evry: 5m }')).toContain('did you mean "every"?')
    expect(await slack('{ user: me, every: 5 }')).toContain('did you mean "5m"?')
  })

  it('is found in components that no pipeline uses', async () => {
    expect(await mistakes(yaml('').replace('detect:', 'detect: {}\n  detect/other: { foo: 1 }'))).toContain(
      'unknown key "foo" in processors.detect/other',
    )
  })
})

describe('all mistakes', () => {
  it('are told at once, in the order of the files and lines', async () => {
    const told = await mistakes(
      [yaml('    thresold: 5\n    ratio: 7'), 'exporters: { stdout: { format: x } }', 'a: @x'],
      { set: ['receivers.file.folow=1'] },
    )
    const blocks = told.split('\n\n').map((block) => block.slice(0, block.indexOf(': ')))
    expect(blocks).toEqual([
      'lacuna.yaml:4:5',
      'lacuna.yaml:5:12',
      'over-1.yaml:1:32',
      'over-2.yaml:1:4',
      '--set receivers.file.folow',
    ])
  })

  it('leave out what cannot be known while a file cannot be read', async () => {
    const told = await mistakes(['processors: { detect: { foo: 1 } }', 'receivers: @x'])
    expect(told).toContain('unknown key "foo"')
    expect(told).not.toContain('missing')
  })

  it('are counted beyond the hundredth', async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `    zzz${index}qqq: 1`).join('\n')
    const told = await detect(keys)
    expect(told.endsWith('\n\nand 50 more')).toBe(true)
  })
})

describe('a component', () => {
  it('of unknown type is an error with the nearest type', async () => {
    const told = await mistakes(yaml('').replace('processors:', 'processors:\n  detekt:'))
    expect(told).toContain('lacuna.yaml:3:3: there is no processor of type "detekt"')
    expect(told).toContain('did you mean "detect"?')
  })

  it('in the wrong section is told where it belongs', async () => {
    expect(await mistakes(yaml('').replace('processors:', 'processors:\n  stdout:'))).toContain(
      '"stdout" is an exporter: it belongs under "exporters:"',
    )
  })

  it('needs an id', async () => {
    for (const id of ['Detect', 'detect/', '"detect / a"', '"a b"', '7'])
      expect(await mistakes(yaml('').replace('processors:', `processors:\n  ${id}: `))).toContain('is no id')
  })

  it('of a section that is no map is an error', async () => {
    expect(await mistakes(`receivers: [file]${SERVICE}`)).toContain(
      'lacuna.yaml:1:12: "receivers" must be a map of components by id, got a list',
    )
    expect(await mistakes(yaml('').replace('{ stdout: }', '{ stdout: 5 }'))).toContain(
      'exporters.stdout must be a map of options, got a number',
    )
  })

  it('whose schema throws, or that cannot be loaded, is an error at its place', async () => {
    const thrower = defineProcessor({
      type: 'thrower',
      description: 'x',
      config: z.strictObject({}).transform((): object => {
        throw new TypeError('hunter2')
      }),
      create: () => ({ process: (batch) => [...batch.records] }),
    })
    const more = {
      ...components,
      processors: { ...components.processors, thrower, broken: () => Promise.reject(new Error('no module')) },
    }
    const told = await mistakes(yaml('').replace('processors:', 'processors:\n  thrower:\n  broken:'), {
      components: more,
    })
    expect(told).toContain('lacuna.yaml:3:3: the schema of the processor "thrower" threw TypeError')
    expect(told).not.toContain('hunter2')
    expect(told).toContain('lacuna.yaml:4:3: the processor "broken" cannot be loaded: no module')
  })

  it('of another apiVersion is refused by name', async () => {
    const old = { ...fakes.detect, apiVersion: 2 } as unknown as typeof fakes.detect
    const told = await mistakes(yaml(''), { components: { ...components, processors: { detect: old } } })
    expect(told).toContain(
      'the component "detect" is written for apiVersion 2; this Lacuna supports apiVersion 1',
    )
  })

  it('is only loaded when it is configured', async () => {
    const never = () => Promise.reject(new Error('loaded'))
    const config = await load(yaml(''), {
      components: { ...components, exporters: { ...components.exporters, never } },
    })
    expect(config.exporters.has('stdout')).toBe(true)
  })
})
