import { compileCondition, EsqlError } from '@lacuna/esql'
import { fieldReader } from '@lacuna/sdk'
import { z } from 'zod'

/** A field that takes a condition in ES|QL; a mistake in it is told with its place. */
export function condition() {
  return z.string().check((context) => {
    try {
      compileCondition(context.value, fieldReader)
    } catch (error) {
      if (!(error instanceof EsqlError)) throw error
      const { message, offset, suggestion } = error
      context.issues.push({ code: 'custom', input: context.value, message, params: { offset, suggestion } })
    }
  })
}
