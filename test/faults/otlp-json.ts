/** One alert, as far as it is checked. */
export interface Alert {
  readonly id: string
  readonly group: string
  readonly status: string
  /** What two alerts must agree in to be the same: `group status count time start end`. */
  readonly facts: string
}

interface Value {
  readonly stringValue?: string
  readonly intValue?: string | number
}

interface Request {
  readonly resourceLogs: {
    readonly scopeLogs: {
      readonly logRecords: {
        readonly eventName?: string
        readonly timeUnixNano: string
        readonly attributes: { readonly key: string; readonly value: Value }[]
      }[]
    }[]
  }[]
}

/** The alerts of a request in OTLP's JSON, read with nothing of ours. */
export function alertsOf(text: string): Alert[] {
  const request = JSON.parse(text) as Request
  const alerts: Alert[] = []
  for (const { scopeLogs } of request.resourceLogs) {
    for (const { logRecords } of scopeLogs) {
      for (const { eventName, timeUnixNano, attributes } of logRecords) {
        if (eventName !== 'lacuna.alert') continue
        const has = new Map(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))
        const of = (key: string) => String(has.get(key))
        const group = of('azure.resource.name')
        const status = of('lacuna.alert.status')
        const window = [of('lacuna.window.start'), of('lacuna.window.end')]
        const facts = [group, status, of('lacuna.alert.count'), iso(BigInt(timeUnixNano)), ...window]
        alerts.push({ id: of('lacuna.alert.id'), group, status, facts: facts.join(' ') })
      }
    }
  }
  return alerts
}

function iso(at: bigint): string {
  const millis = at / 1_000_000n
  return `${new Date(Number(millis)).toISOString().slice(0, -1)}${String(at % 1_000_000n).padStart(6, '0')}Z`
}
