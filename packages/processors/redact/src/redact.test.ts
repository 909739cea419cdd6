import { createHmac } from 'node:crypto'
import { type AnyValue, type Batch, LogRecord } from '@lacuna/sdk'
import { hostileRecords, processorConformance, testHost } from '@lacuna/sdk/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import redact from './index.ts'

const KEY = 'a key of some length'
const hash = (text: string) => createHmac('sha256', KEY).update(text).digest('hex').slice(0, 32)

const batch = (records: LogRecord[]): Batch => ({ source: { id: 'test', finite: true }, records })

/** What a configuration makes of a record. */
function redacted(config: object, record: LogRecord): LogRecord {
  const processor = redact.create(redact.config.parse({ key: KEY, ...config }), testHost())
  const [out] = processor.process(batch([record])) as LogRecord[]
  if (out === undefined) throw new Error('the record is gone')
  return out
}

const attributesOf = (rules: object[], attributes: Record<string, AnyValue>) =>
  redacted({ rules }, new LogRecord({ attributes })).attributes
const rule = (action: string, ...attributes: string[]) => ({ attributes, action })

const ALERT = () =>
  new LogRecord({
    eventName: 'lacuna.alert',
    body: 'contoso-chat answers with nothing: 10 of 28 chat completions within 60m came back empty.',
    attributes: {
      'azure.resource.name': 'contoso-chat',
      'lacuna.alert.count': 10,
      'lacuna.evidence.accounts': ['2f1c0b7e', '9a6e2b9d'],
      'lacuna.evidence.callers': ['203.0.113.7'],
    },
  })

describe('redact', () => {
  for (const check of processorConformance({
    factory: redact,
    config: {
      key: KEY,
      rules: [
        rule('hash', 'lacuna.evidence.*', 'value'),
        rule('mask', 'azure.*', 'key_*'),
        rule('drop', 'a', '7'),
      ],
    },
    batches: () => [batch([ALERT(), ...hostileRecords()]), batch([ALERT()])],
  }))
    it(check.name, check.run)

  it('drops, masks and hashes what is named, and leaves the rest', () => {
    expect(
      attributesOf([rule('drop', 'a'), rule('mask', 'b'), rule('hash', 'c')], {
        a: 1,
        b: 'x',
        c: 'y',
        d: 'z',
      }),
    ).toEqual({ b: '[redacted]', c: hash('y'), d: 'z' })
  })

  it('goes by the first rule that names an attribute, by its name or how it begins', () => {
    expect(
      attributesOf([rule('mask', 'a.b'), rule('drop', 'a.*')], { 'a.b': 'x', 'a.c': 'x', ab: 'x', a: 'x' }),
    ).toEqual({ 'a.b': '[redacted]', ab: 'x', a: 'x' })
  })

  it('redacts the evidence of an alert value by value', () => {
    const { attributes } = redacted(
      { rules: [rule('hash', 'lacuna.evidence.accounts'), rule('mask', 'lacuna.evidence.callers')] },
      ALERT(),
    )
    expect(attributes['lacuna.evidence.accounts']).toEqual([hash('2f1c0b7e'), hash('9a6e2b9d')])
    expect(attributes['lacuna.evidence.callers']).toEqual(['[redacted]'])
  })

  it('does not let the body of an alert name the group that its attribute no longer does', () => {
    for (const action of ['mask', 'drop', 'hash']) {
      const { body } = redacted({ rules: [rule(action, 'azure.resource.name')] }, ALERT())
      const stands = action === 'hash' ? hash('contoso-chat') : '[redacted]'
      expect(body).toBe(
        `${stands} answers with nothing: 10 of 28 chat completions within 60m came back empty.`,
      )
    }
  })

  it('gives the same hash for the same value under any name, and another with another key', () => {
    const { a, b, c } = attributesOf([rule('hash', '*')], { a: '12', b: [12], c: { d: 12n } })
    expect([a, b, c]).toEqual([hash('12'), [hash('12')], { d: hash('12') }])
    const other = redacted(
      { key: 'another key of length', rules: [rule('hash', 'a')] },
      new LogRecord({ attributes: { a: '12' } }),
    )
    expect(other.attributes.a).not.toBe(a)
  })

  it('reaches into maps by the dotted path, through lists, and into a structured body', () => {
    const rules = [rule('mask', 'azure.properties.caller', 'list.ip', 'body.user.name')]
    const record = new LogRecord({
      attributes: {
        'azure.properties': { caller: 'x1x1', other: 1 },
        list: [{ ip: 'y1y1' }, [{ ip: 'z1z1' }]],
      },
      body: { user: { name: 'Ada Lovelace', id: 7 }, said: 'hello from ada lovelace' },
    })
    const out = redacted({ rules }, record)
    expect(out.attributes).toEqual({
      'azure.properties': { caller: '[redacted]', other: 1 },
      list: [{ ip: '[redacted]' }, [{ ip: '[redacted]' }]],
    })
    expect(out.body).toEqual({ user: { name: '[redacted]', id: 7 }, said: 'hello from [redacted]' })
  })

  it('redacts what many records share without changing it for others', () => {
    const resource = { attributes: { 'host.name': 'secret-host', a: { b: 1 } }, droppedAttributesCount: 3 }
    const record = new LogRecord({ resource, body: 'from secret-host' })
    const out = redacted({ rules: [rule('mask', 'host.name', 'a.b')] }, record)
    expect(out.resource).toEqual({
      attributes: { 'host.name': '[redacted]', a: { b: '[redacted]' } },
      droppedAttributesCount: 3,
    })
    expect(out.body).toBe('from [redacted]')
    expect(resource.attributes).toEqual({ 'host.name': 'secret-host', a: { b: 1 } })
    const untouched = new LogRecord({ resource })
    expect(redacted({ rules: [rule('mask', 'x')] }, untouched).resource).toBe(resource)
  })

  it('keeps the last characters where it is told to, but never half of a value', () => {
    const rules = [{ ...rule('mask', '*'), keep_last: 4 }]
    expect(attributesOf(rules, { a: 'abcdefghi', b: 'abcdefgh', c: 123_456_789, d: 'aaaaaaa👍👍' })).toEqual({
      a: '[redacted]fghi',
      b: '[redacted]',
      c: '[redacted]6789',
      d: '[redacted]👍👍',
    })
    expect(attributesOf([{ ...rule('mask', '*'), keep_last: 3 }], { d: 'aaaaaaa👍👍' })).toEqual({
      d: '[redacted]👍',
    })
  })

  it('leaves null alone, and hides every other kind of value', () => {
    const values = { a: null, b: true, c: new Uint8Array([1]), d: 2n ** 63n, e: '', f: [null, 1] }
    expect(attributesOf([rule('mask', '*')], { ...values, f: [null, 1] })).toEqual({
      a: null,
      b: '[redacted]',
      c: '[redacted]',
      d: '[redacted]',
      e: '[redacted]',
      f: [null, '[redacted]'],
    })
  })

  it('takes a key that every object has for a name like any other', () => {
    const attributes = JSON.parse('{"__proto__": {"x": "one1"}, "constructor": "two2"}')
    const out = attributesOf([rule('mask', '__proto__*', 'constructor')], attributes)
    expect(JSON.stringify(out)).toBe('{"__proto__":{"x":"[redacted]"},"constructor":"[redacted]"}')
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
  })

  it('counts the records it changed', () => {
    const host = testHost()
    const processor = redact.create(redact.config.parse({ rules: [rule('mask', 'a')] }), host)
    processor.process(
      batch([new LogRecord({ attributes: { a: 1 } }), new LogRecord({ attributes: { b: 1 } })]),
    )
    expect(host.ledger.notes).toEqual({ redacted: 1 })
  })
})

describe('the body', () => {
  const body = (text: string, value: AnyValue, config: object = {}) =>
    redacted(
      { rules: [rule('mask', 'a')], ...config },
      new LogRecord({ body: text, attributes: { a: value } }),
    ).body

  it('repeats no redacted value, in whatever case and as JSON writes it', () => {
    expect(body('ID=ABC-1 id=abc-1', 'Abc-1')).toBe('ID=[redacted] id=[redacted]')
    expect(body('{"x":"a\\"b\\\\c"}', 'a"b\\c')).toBe('{"x":"[redacted]"}')
    expect(body('call from (203.0.113.7)', '203.0.113.7')).toBe('call from ([redacted])')
    expect(body('203x0x113x7', '203.0.113.7')).toBe('203x0x113x7')
  })

  it('is not torn apart by a short value, which goes where it stands alone', () => {
    expect(body('7 of 70 a', 7)).toBe('[redacted] of 70 a')
    expect(body('a cat ate a bat', 'a')).toBe('[redacted] cat ate [redacted] bat')
    expect(body('as it was', '')).toBe('as it was')
  })

  it('goes as a whole where there is too much to look for', () => {
    expect(
      body(
        'hello',
        Array.from({ length: 2000 }, (_, place) => `value-${place}`),
      ),
    ).toBe('[redacted]')
    expect(body('hello', 'x'.repeat(100_000))).toBe('[redacted]')
  })

  it('can be removed, or left as it is', () => {
    expect(body('hello abcd', 'abcd', { body: 'drop' })).toBeUndefined()
    expect(body('hello abcd', 'abcd', { body: 'keep' })).toBe('hello abcd')
  })
})

describe('the configuration', () => {
  const problems = (config: unknown) =>
    redact.config.safeParse(config).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)

  it('wants a long key for hash, a name in every rule, and shows no key', () => {
    expect(problems({ rules: [rule('hash', 'a')] })).toEqual([
      'key: is missing: a rule with the action hash needs one, of at least 16 characters',
    ])
    expect(problems({ key: 'short', rules: [rule('hash', 'a')] })?.join()).toMatch(
      /^key: must have at least 16/,
    )
    expect(problems({ rules: [rule('mask', 'a*b')] })).toEqual([
      'rules.0.attributes.0: can have a * only as its last character',
    ])
    expect(problems({ rules: [{ ...rule('drop', 'a'), keep_last: 2 }] })).toEqual([
      'rules.0.keep_last: goes with mask: a value to drop keeps nothing',
    ])
    expect(JSON.stringify(redact.config.parse({ key: KEY, rules: [rule('hash', 'a')] }))).not.toContain(KEY)
  })
})

describe('whatever the record', () => {
  // Distinct, longer than the words around them, and of all kinds of characters.
  const secretText = fc
    .string({ unit: 'grapheme', minLength: 6, maxLength: 20 })
    .filter((text) => /[^a-z]/i.test(text))
  const value = fc.oneof(
    secretText,
    fc.array(secretText, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y'), secretText),
    fc.array(fc.dictionary(fc.constantFrom('x', 'y'), secretText), { maxLength: 2 }),
  )
  const texts = (of: unknown): string[] =>
    typeof of === 'string'
      ? [of]
      : typeof of === 'object' && of !== null
        ? Object.values(of).flatMap(texts)
        : []

  it('no redacted value is anywhere in it afterwards', () => {
    const record = fc.record({ 'p.a': value, 'p.b': value, own: value, kept: fc.integer() })
    const action = fc.constantFrom('drop', 'mask', 'hash')
    fc.assert(
      fc.property(
        record,
        fc.tuple(action, action, action),
        fc.boolean(),
        (attributes, actions, structured) => {
          const originals = texts(attributes)
          const sentence = `of ${originals.join(' and ')} in ${JSON.stringify(attributes)} nothing is told`
          const out = redacted(
            { rules: [rule(actions[0], 'p.*'), rule(actions[1], 'own.x'), rule(actions[2], 'own', 'own.y')] },
            new LogRecord({
              attributes: structuredClone(attributes),
              body: structured ? { list: [sentence, ...originals] } : sentence,
              resource: { attributes: { 'p.c': originals }, droppedAttributesCount: 0 },
            }),
          )
          const all = texts([out.attributes, out.body, out.resource.attributes])
          for (const original of originals) {
            const json = JSON.stringify(original).slice(1, -1)
            for (const text of all) {
              expect(text.includes(original)).toBe(false)
              expect(text.includes(json)).toBe(false)
            }
          }
          expect(out.attributes.kept).toBe(attributes.kept)
        },
      ),
    )
  })
})
