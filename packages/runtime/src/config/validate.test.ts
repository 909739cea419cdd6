import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseYaml } from './parse.ts'
import { beginning, newSource } from './source.ts'
import { substitute } from './substitute.ts'
import { validate } from './validate.ts'

/** Every string of the YAML is taken as from the environment when it is `$NAME`. */
async function check(schema: z.ZodType, text: string, env: Record<string, string> = {}) {
  const source = newSource('yaml', 'a', text, '/')
  const report = () => {}
  const tree = parseYaml(source, 0, report, beginning(source))
  if (tree === undefined) throw new Error('no YAML')
  return validate(schema, substitute(tree, { env, cwd: '/' }, report))
}

const ref = (name: string) => `"\${env:${name}}"`

describe('validate', () => {
  it('finds what is wanted behind unions of objects', async () => {
    const schema = z.strictObject({
      u: z.union([z.strictObject({ a: z.number() }), z.strictObject({ b: z.boolean(), c: z.string() })]),
    })
    expect(await check(schema, `u: { a: ${ref('N')} }`, { N: '5' })).toEqual({ output: { u: { a: 5 } } })
    expect(await check(schema, `u: { b: ${ref('B')}, c: ${ref('N')} }`, { B: 'false', N: '5' })).toEqual({
      output: { u: { b: false, c: '5' } },
    })
  })

  it('looks into lists and maps with keys of their own', async () => {
    const schema = z.strictObject({ l: z.array(z.number()), m: z.record(z.string(), z.boolean()) })
    const text = `l: [1, ${ref('N')}]\nm: { x: ${ref('B')} }`
    expect(await check(schema, text, { N: '-1.5e1', B: 'true' })).toEqual({
      output: { l: [1, -15], m: { x: true } },
    })
  })

  it('keeps the string where the number would be refused too', async () => {
    const result = await check(z.strictObject({ s: z.string().min(5) }), `s: ${ref('N')}`, { N: '0123' })
    expect(result.issues).toMatchObject([{ code: 'too_small', origin: 'string' }])
    const number = await check(z.strictObject({ n: z.number().min(5) }), `n: ${ref('N')}`, { N: '4' })
    expect(number.issues).toMatchObject([{ code: 'invalid_type' }])
  })

  it('does not convert what was written in the configuration itself', async () => {
    expect((await check(z.strictObject({ n: z.number() }), 'n: "5"')).issues).toHaveLength(1)
    expect((await check(z.strictObject({ s: z.string() }), 's: 5')).issues).toHaveLength(1)
  })

  it('runs the checks over several fields on converted values', async () => {
    const schema = z.strictObject({ a: z.number(), b: z.number() }).refine((value) => value.a < value.b)
    expect((await check(schema, `a: ${ref('A')}\nb: 5`, { A: '6' })).issues).toMatchObject([
      { code: 'custom', path: [] },
    ])
    expect(await check(schema, `a: ${ref('A')}\nb: 5`, { A: '4' })).toEqual({ output: { a: 4, b: 5 } })
  })

  it('waits for checks that are asynchronous', async () => {
    const schema = z.strictObject({ a: z.string().refine(async (text) => text === 'x') })
    expect(await check(schema, 'a: x')).toEqual({ output: { a: 'x' } })
    expect((await check(schema, 'a: y')).issues).toHaveLength(1)
  })
})
