import { compile, compileCondition, EsqlError } from '@lacuna/esql'
import { fieldReader } from '@lacuna/sdk'
import { z } from 'zod'

/** A field that takes an expression in ES|QL; a mistake in it is told with its place. */
export const expression = () => checked(compile)

/** The same for a condition. */
export const condition = () => checked(compileCondition)

function checked(compiled: (source: string, resolve: typeof fieldReader) => unknown) {
  return z.string().check((context) => {
    try {
      compiled(context.value, fieldReader)
    } catch (error) {
      if (!(error instanceof EsqlError)) throw error
      const { message, offset, suggestion } = error
      context.issues.push({ code: 'custom', input: context.value, message, params: { offset, suggestion } })
    }
  })
}
