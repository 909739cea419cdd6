import { type Attributes, type Logger, SeverityNumber } from '@opentelemetry/api'
import type { Model } from './model.ts'

/** What a model is called, and who runs it. */
export interface ModelName {
  readonly provider: string
  readonly model: string
}

/**
 * A service that answers chat calls, and logs each.
 *
 * The names are those of OpenTelemetry's conventions for generative AI. They have none for the length of an answer,
 * so it is `app.answer.length`, in characters. A call that failed has no answer, and so no length: that is not zero.
 */
export function createChatService(ask: Model, { provider, model }: ModelName, logger: Logger) {
  const log = (outcome: Attributes, severityNumber = SeverityNumber.INFO) =>
    logger.emit({
      eventName: 'gen_ai.client.inference.operation.details',
      severityNumber,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': model,
        ...outcome,
      },
    })

  return {
    /** The answer; `undefined` where the model has failed. */
    async answer(question: string): Promise<string | undefined> {
      try {
        const { id, text, finishReason } = await ask(question)
        log({
          'gen_ai.response.id': id,
          'gen_ai.response.finish_reasons': [finishReason],
          'app.answer.length': text.length,
        })
        return text
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '_OTHER'
        log({ 'error.type': code }, SeverityNumber.ERROR)
        return undefined
      }
    },
  }
}
