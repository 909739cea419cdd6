import { describe, expect, it } from 'vitest'
import { alert } from '../alert.fixture.ts'
import { linkMaker, ownLink, templateProblem } from './links.ts'

const link = (url: string, change = {}) => linkMaker([{ text: 'Open', url }])(alert(change))

describe('a link of the configuration', () => {
  it('takes values of the record, percent-encoded', () => {
    expect(link('https://grafana.example/d?resource={azure.resource.name}&n={lacuna.alert.count}')).toEqual([
      '<https://grafana.example/d?resource=contoso-support-chat&amp;n=10|Open>',
    ])
    expect(
      link('https://a.example/{azure.resource.name}', { 'azure.resource.name': '/x?y=1&z#|>"é' }),
    ).toEqual(['<https://a.example/%2Fx%3Fy%3D1%26z%23%7C%3E%22%C3%A9|Open>'])
  })

  it('takes the first of a list, and a field of the resource', () => {
    expect(link('https://a.example/{lacuna.evidence.callers}/{service.name}')).toEqual([
      '<https://a.example/203.0.113.***/lacuna|Open>',
    ])
  })

  it('is left out where a value is missing or would leave the path', () => {
    expect(link('https://a.example/{no.such.field}')).toEqual([])
    for (const value of [null, '', '..', '.', ['..'], 'x'.repeat(10_000), '\ud800'.repeat(3000)]) {
      expect(link('https://a.example/d/{azure.resource.name}/e', { 'azure.resource.name': value })).toEqual(
        [],
      )
    }
  })

  it('can neither break out of its marks nor lead elsewhere', () => {
    const [made = ''] = link('https://a.example/{azure.resource.name}', {
      'azure.resource.name': '@evil.example/|click me> <!channel',
    })
    expect(made).toMatch(/^<https:\/\/a\.example\/[^<>|]*\|Open>$/)
  })

  it('must name its host and be http or https', () => {
    expect(templateProblem('https://a.example/{x}')).toBeUndefined()
    expect(templateProblem('http://a.example?x={x}')).toBeUndefined()
    expect(templateProblem('https://{x}.example/')).toMatch('a host without placeholders')
    expect(templateProblem('javascript:alert({x})')).toMatch('must begin with https://')
    expect(templateProblem('https://a.example/{x')).toMatch('a brace')
    expect(templateProblem('https://a b/')).toBe('is no address')
  })
})

describe('an address in a record', () => {
  it('is a link only where its text is where it leads', () => {
    expect(ownLink('https://genai.owasp.org/x?a=1&b=2')).toBe('<https://genai.owasp.org/x?a=1&amp;b=2>')
    for (const other of [
      'javascript:x',
      'https://bank.example@evil.example/',
      'https://a.example/ b',
      'x',
      7,
      null,
    ]) {
      expect(ownLink(other)).toBeUndefined()
    }
    expect(ownLink('https://a.example/|x>')).toBe('<https://a.example/%7Cx%3E>')
  })
})
