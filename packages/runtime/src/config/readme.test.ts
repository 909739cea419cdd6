import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { components, fakes, mistakes } from './fakes.fixture.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const section = (heading: string) => readme.split('\n## ').find((text) => text.startsWith(heading)) ?? ''
const blocks = (heading: string, language: string) =>
  [...section(heading).matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\``, 'gs'))].map(
    (match) => match[1] ?? '',
  )

const [yaml = ''] = blocks('Configuration', 'yaml')
const options = {
  components: {
    ...components,
    processors: { zero_length_response: { ...fakes.detect, type: 'zero_length_response' } },
  },
  env: { LACUNA_FORMAT: 'json' },
}

it('shows a configuration that runs', async () => {
  expect(await mistakes(yaml, options)).toBe('')
})

it('shows mistakes as they are told', async () => {
  const reference = '$'.concat('{env:LACUNA_FORMT}')
  expect(blocks('What a mistake looks like', 'text')).toEqual([
    await mistakes(yaml.replace('[logs.ndjson]', '[logs.ndjson]\n    folow: false'), options),
    await mistakes(yaml.replace('60m', '60'), options),
    await mistakes(yaml.replace('[stdout]', '[stdot]'), options),
    await mistakes(yaml.replace('json\n', `${reference}\n`), options),
    await mistakes(yaml, { ...options, set: ['receivers.file.folow=false'] }),
  ])
})
