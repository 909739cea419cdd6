import type { Component } from '../../component.ts'
import { type Check, within } from './check.ts'

/** What every component's life allows: to be stopped without having been started, and to be stopped twice. */
export function lifecycleChecks(make: () => Component | Promise<Component>): Check[] {
  return [
    {
      name: 'stops without having been started',
      async run() {
        const component = await make()
        await within(component.stop?.(), 'stop without start')
      },
    },
    {
      name: 'starts, stops, and stops again',
      async run() {
        const component = await make()
        await within(component.start?.(), 'start')
        await within(component.stop?.(), 'stop')
        await within(component.stop?.(), 'the second stop')
      },
    },
  ]
}
