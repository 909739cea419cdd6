import { UsageError } from './usage-error.ts'

/**
 * What a component refuses when it is made, it refuses of its configuration: nothing has been started yet.
 *
 * @throws UsageError with the component's own sentence
 */
export async function asConfigurationError<T>(building: Promise<T>): Promise<T> {
  try {
    return await building
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
