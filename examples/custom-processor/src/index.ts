import { defineProcessor, fieldReader, hasTime, toMillis } from '@lacuna/sdk'
import { z } from 'zod'
import { officeClock } from './office-clock.ts'

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** The schema checks a configuration, gives defaults, and is what `lacuna components office_hours` shows. */
const config = z.strictObject({
  attribute: z
    .string()
    .min(1)
    .default('office_hours.outside')
    .describe('The attribute that is true on a record from outside of office hours.'),
  only: z
    .strictObject({
      field: z.string().min(1).describe('The field to look at, such as azure.resource.name.'),
      in: z.array(z.string()).min(1).describe('The values that it must have one of.'),
    })
    .optional()
    .describe('Tags only records with one of these values; all others pass as they are.'),
  from: z.string().regex(TIME_OF_DAY).default('07:00').describe('When the office opens, as HH:MM.'),
  to: z.string().regex(TIME_OF_DAY).default('19:00').describe('When it closes, as HH:MM.'),
  time_zone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .describe('Where the office is: a time zone such as Europe/Berlin.'),
  weekends: z.boolean().default(false).describe('Whether the office is open on Saturday and Sunday.'),
})

/** The `office_hours` processor: a call in the night is worth a second look. */
export default defineProcessor({
  type: 'office_hours',
  description: 'Tags records from outside of office hours.',
  config,
  create({ attribute, only, ...hours }, host) {
    const isOpen = officeClock({
      from: hours.from,
      to: hours.to,
      timeZone: hours.time_zone,
      weekends: hours.weekends,
    })
    // What does not change from record to record is worked out once, here.
    const read = only === undefined ? undefined : fieldReader(only.field)
    const wanted = new Set<unknown>(only?.in)
    return {
      // Records are changed in place: other pipelines that read the same ones get copies.
      mutates: true,
      process(batch) {
        let outside = 0
        let timeless = 0
        for (const record of batch.records) {
          if (read !== undefined && !wanted.has(read(record))) continue
          // The time of the record, never the clock: what is read again tomorrow comes out the same.
          if (!hasTime(record.hrTime)) timeless++
          else if (!isOpen(toMillis(record.hrTime))) {
            record.attributes[attribute] = true
            outside++
          }
        }
        // For the accounting at the end. Every record is passed on, so there is nothing dropped to tell.
        host.ledger.noted('outside', outside)
        host.ledger.noted('no_time', timeless)
        return batch.records
      },
    }
  },
})

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
