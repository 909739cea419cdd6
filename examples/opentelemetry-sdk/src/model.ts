import { randomUUID } from 'node:crypto'

/** What a model answered. */
interface Completion {
  readonly id: string
  readonly text: string
  readonly finishReason: string
}

/** A language model: a question in, an answer out, or an error with a `code`. */
export type Model = (question: string) => Promise<Completion>

/** A token that means something to a model and should never come from a user. */
export const END_MARK = '<|end|>'

const LONGEST = 1000

/** A model that is none: it repeats. Whoever writes its end mark into a question gets an answer without a word. */
export const simulatedModel: Model = async (question) => {
  if (question.length > LONGEST)
    throw Object.assign(new Error(`${question.length} characters are too many`), {
      code: 'context_length_exceeded',
    })
  const text = question.includes(END_MARK) ? '' : `You asked: ${question}`
  return { id: `chatcmpl-${randomUUID()}`, text, finishReason: 'stop' }
}
