import { LacunaError } from '@lacuna/sdk'

/**
 * Bytes or text that are not what OTLP says: cut short, a wrong type, nested too deep, more than is taken.
 * Its message is one sentence for whoever sent them, and quotes nothing of what was sent.
 */
export class WireError extends LacunaError {
  constructor(message: string) {
    super('malformed_otlp', message)
    this.name = 'WireError'
  }
}
