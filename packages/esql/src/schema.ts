import { z } from 'zod'
import { compileCondition } from './compile.ts'
import { EsqlError } from './error.ts'

/**
 * A zod field that takes a condition in ES|QL and gives its text; a mistake in it is told with its place (`offset`)
 * and, where there is one, the nearest name (`suggestion`), both in the issue's `params`.
 *
 * @example
 * ```ts
 * const config = z.strictObject({ where: condition().describe('Which records are counted.') })
 * ```
 */
export function condition() {
  return z.string().check((context) => {
    try {
      // Any field may be named: which ones there are is known only when records come.
      compileCondition<unknown>(context.value, () => () => undefined)
    } catch (error) {
      if (!(error instanceof EsqlError)) throw error
      const { message, offset, suggestion } = error
      context.issues.push({ code: 'custom', input: context.value, message, params: { offset, suggestion } })
    }
  })
}
