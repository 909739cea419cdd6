import type { ComponentSummary, Summary } from '@lacuna/runtime'
import { describe, expect, it } from 'vitest'
import { countAlerts, countLost } from './ledger.ts'
import { summaryTable } from './summary-table.ts'

const NOTHING = { in: 0, created: 0, out: 0, consumed: 0, dropped: {}, noted: {} }
const file: ComponentSummary = { ...NOTHING, kind: 'receiver', id: 'file', in: 3412, out: 3412 }
const detector: ComponentSummary = {
  ...NOTHING,
  kind: 'processor',
  id: 'detect',
  pipeline: 'logs',
  in: 3412,
  created: 3,
  out: 3,
  consumed: 3400,
  dropped: { bad_type: 10, category: 2 },
  noted: { alert_open: 2, late: 4 },
}
const stdout: ComponentSummary = { ...NOTHING, kind: 'exporter', id: 'stdout', in: 3, out: 3 }

function summary(...components: ComponentSummary[]): Summary {
  return { started: '2026-09-14T10:00:00.000000000Z', ended: '2026-09-14T10:00:02.000000000Z', components }
}

describe('summaryTable', () => {
  it('has a row for each component, in columns, with reasons and notes below', () => {
    expect(summaryTable(summary(file, detector, stdout))).toBe(`\
3,412 records in 2.0s (1,706 records/s), 2 alerts

                      in  created    out  consumed  dropped
receiver   file    3,412        -  3,412         -        -
processor  detect  3,412        3      3     3,400       12
    dropped: bad_type 10, category 2
    noted: alert_open 2, late 4
exporter   stdout      3        -      3         -        -
`)
  })

  it('says which pipeline a processor is of only where there are several', () => {
    expect(summaryTable(summary(detector, { ...detector, pipeline: 'logs/two' }))).toContain(
      'detect (logs/two)',
    )
    expect(summaryTable(summary(file, detector))).not.toContain('(logs)')
  })

  it('breaks long lists at the width of the terminal', () => {
    const dropped = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`reason_${index}`, 1]))
    const text = summaryTable(summary({ ...NOTHING, kind: 'exporter', id: 'x', dropped }), 60)
    expect(text.split('\n').every((line) => line.length <= 60)).toBe(true)
    expect(text).toContain('    dropped: reason_0 1, reason_1 1,')
    expect(text).toContain('reason_11 1\n')
  })

  it('escapes what a plugin named so that it would act on a terminal', () => {
    const text = summaryTable(summary({ ...file, noted: { '\u001b[2J': 1 } }))
    expect(text).not.toContain('\u001b')
  })

  it('shows a run of nothing', () => {
    expect(summaryTable({ ...summary(), ended: null })).toContain('0 records in 0.00s, 0 alerts')
  })
})

describe('the ledger', () => {
  it('counts the alerts that opened', () => {
    expect(countAlerts(summary(file, detector, detector))).toBe(4)
  })

  it('counts as lost what did not arrive, and not what nobody wanted', () => {
    expect(countLost(summary({ ...stdout, dropped: { closed: 5, below_severity: 2 } }, detector))).toBe(0)
    expect(countLost(summary({ ...stdout, dropped: { permanent: 5, retries_exhausted: 1 } }))).toBe(6)
    expect(countLost(summary({ ...detector, dropped: { deadline: 2 } }))).toBe(2)
  })
})
