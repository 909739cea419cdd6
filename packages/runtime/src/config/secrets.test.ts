// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are what is tested
import { describe, expect, it } from 'vitest'
import { GOOD, mistakes } from './fakes.fixture.ts'

const SECRET = 'hunter2-and-more'
const env = { S: SECRET, SHORT: 'zq' }
const slack = (fields: string) => [GOOD, `exporters:\n  slack:\n${fields}\n  slack/b: { chanel: x }\n`]

describe('a secret', () => {
  it.each([
    ['refused by its own check', slack(`    token: ${SECRET}`)],
    ['of the wrong type', slack(`    token: [${SECRET}]`)],
    ['beside a mistake in the same line', slack(`    { token: ${SECRET}, folow: 1 }`)],
    ['under a mistyped key', slack(`    tokne: ${SECRET}`)],
    ['under another key that sounds like one', slack(`    password: ${SECRET}`)],
    ['in a map of secrets', slack(`    headers: { Authorization: [${SECRET}] }`)],
    ['in a component of unknown type', [GOOD, `exporters: { slak: { token: ${SECRET} } }`]],
    ['in a mistyped section', [GOOD, `exporter: { slack: { token: ${SECRET} } }`]],
    ['written twice', slack(`    token: a\n    token: ${SECRET}`)],
    [
      'in a component written twice',
      [GOOD, `exporters: { slack: { channel: a }, slack: { token: ${SECRET} } }`],
    ],
    ['behind a merge key', slack(`    { <<: { token: ${SECRET} }, token: x, foo: 1 }`)],
    [
      'overridden by a later file',
      [...slack(`    { token: ${SECRET}, chanel: x }`), 'exporters: { slack: { token: y } }'],
    ],
    [
      'behind an alias',
      [GOOD, `receivers: { file: { include: &x ${SECRET}, folow: 1 } }\nexporters: { slack: { token: *x } }`],
    ],
    ['over several lines', slack(`    token: |\n      ${SECRET}\n      ${SECRET}\n    foo: 1`)],
    ['in a file that is no YAML', slack(`    token: "${SECRET}`)],
    ['in a list where no list can be', [`- token: ${SECRET}\n`]],
    ['that looks like an alias', slack(`    token: *${SECRET}`)],
    ['that begins with a reserved character', slack(`    token: "@${SECRET}\n`)],
    ['in a second document', [`${GOOD}---\ntoken: ${SECRET}\n`]],
    ['as the default of a reference', slack(`    token: "\${env:X:-${SECRET}}"\n    channel: \${env:Y}`)],
    ['in a reference that is none', slack(`    token: "\${${SECRET}}"`)],
  ])('is never shown: %s', async (_, texts) => {
    const told = await mistakes(texts, { env })
    expect(told).not.toBe('')
    expect(told).not.toContain(SECRET)
    expect(told).not.toContain('hunter2')
  })

  it('is never shown: in --set', async () => {
    for (const argument of [
      `exporters.slack.token=${SECRET}`,
      `exporters.slack={tokne: ${SECRET}}`,
      `exporters.slack.token="${SECRET}`,
      `exporters.slack.tokn=${SECRET}`,
    ]) {
      const told = await mistakes(GOOD, { set: [argument] })
      expect(told).not.toBe('')
      expect(told).not.toContain(SECRET)
    }
  })

  it('is never shown: in an object', async () => {
    const object = { exporters: { slack: { token: SECRET, headers: [SECRET] } } }
    expect(await mistakes([], { object })).not.toContain(SECRET)
  })
})

describe('a value from the environment', () => {
  it('is never shown, neither by our sentences nor by a component’s own', async () => {
    const where = (value: string) => [
      GOOD,
      `processors: { detect: { exceptions: [{ name: a, where: "${value}" }], threshold: "\${env:S}" } }`,
    ]
    const told = await mistakes(
      [
        ...where('x !! ${env:S} ${env:SHORT}'),
        'receivers: { file: { start_at: "${env:S}" } }\nservice: { pipelines: { logs: { receivers: ["${env:S}"] } } }',
      ],
      { env },
    )
    expect(told).toContain('no operator "!!" in [redacted]')
    expect(told).toContain('the receiver of this name is not defined')
    expect(told).not.toContain(SECRET)
    expect(told).not.toContain('zq')
  })
})
