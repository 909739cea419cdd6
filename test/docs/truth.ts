import { read } from './markdown.ts'

interface Match {
  readonly time: string
  readonly duplicate?: true
  readonly late?: true
  readonly future?: true
}

interface Truth {
  readonly resources: readonly { readonly name: string; readonly matches: readonly Match[] }[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const THRESHOLD = 10

/** The resources of the sample day that some window of an hour finds guilty, counted without any of our code. */
export function guilty(window: 'trailing' | 'tumbling' | 'every 10 minutes'): string[] {
  const truth: Truth = JSON.parse(read('examples/sample-data/sample/azure-openai-day.truth.json'))
  return truth.resources
    .filter(({ matches }) => {
      const times = matches
        .filter(({ duplicate, late, future }) => !duplicate && !late && !future)
        .map(({ time }) => Date.parse(time))
      const within = (start: number, end: number) => times.filter((at) => at >= start && at < end).length
      const step = window === 'tumbling' ? HOUR : 10 * MINUTE
      return times.some((at) => {
        if (window === 'trailing') return within(at - HOUR + 1, at + 1) >= THRESHOLD
        for (let start = Math.floor(at / step) * step; start > at - HOUR; start -= step)
          if (within(start, start + HOUR) >= THRESHOLD) return true
        return false
      })
    })
    .map(({ name }) => name)
}
