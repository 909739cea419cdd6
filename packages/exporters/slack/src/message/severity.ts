import type { LogRecord } from '@lacuna/sdk'

/** How bad it is, in the words of detection engineering. */
export type Severity = 'low' | 'medium' | 'high' | 'critical'

export const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical']

const SIGNS: Readonly<Record<Severity, string>> = { low: '🔵', medium: '🟡', high: '🟠', critical: '🔴' }

/** The severity of an alert; of any other record the one that its OpenTelemetry number stands for. */
export function severityOf(record: LogRecord): Severity {
  const named = record.get('lacuna.alert.severity')
  const found = SEVERITIES.find((severity) => severity === named)
  if (found !== undefined) return found
  const number = record.severityNumber ?? 0
  // WARN is 13, ERROR 17, FATAL 21.
  return number >= 21 ? 'critical' : number >= 17 ? 'high' : number >= 13 ? 'medium' : 'low'
}

/** A sign that is seen and a word that is read: colour alone says nothing to some. */
export function severityText(severity: Severity): string {
  return `${SIGNS[severity]} ${severity.toUpperCase()}`
}
