import type { Logger } from '@lacuna/sdk'

/** A logger that puts these fields on every line: the component's id, its pipeline. */
export function namedLogger(logger: Logger, names: Readonly<Record<string, string>>): Logger {
  return {
    debug: (fields, message) => logger.debug({ ...fields, ...names }, message),
    info: (fields, message) => logger.info({ ...fields, ...names }, message),
    warn: (fields, message) => logger.warn({ ...fields, ...names }, message),
    error: (fields, message) => logger.error({ ...fields, ...names }, message),
  }
}
