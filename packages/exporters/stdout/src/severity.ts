import type { LogRecord } from '@lacuna/sdk'

/** OpenTelemetry's short names of severity numbers: four numbers to a name, `ERROR` being 17 and `ERROR3` 19. */
const NAMES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** The severity in the sender's own words, else OpenTelemetry's name of its number; `undefined` for neither. */
export function severityOf({ severityText, severityNumber }: LogRecord): string | undefined {
  if (severityText !== undefined && severityText !== '') return severityText
  if (severityNumber === undefined || !Number.isInteger(severityNumber)) return undefined
  const name = NAMES[Math.floor((severityNumber - 1) / 4)]
  if (name === undefined) return undefined
  const step = (severityNumber - 1) % 4
  return step === 0 ? name : `${name}${step + 1}`
}
