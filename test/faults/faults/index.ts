import type { Fault } from '../fault.ts'
import { broker } from './broker.ts'
import { clock } from './clock.ts'
import { diskFull } from './disk-full.ts'
import { exporter } from './exporter.ts'
import { finite } from './finite.ts'
import { kill } from './kill.ts'
import { pause } from './pause.ts'
import { rotate, rotateFirst } from './rotate.ts'
import { secondProcess } from './second-process.ts'
import { term } from './term.ts'
import { torn } from './torn.ts'
import { unwritable } from './unwritable.ts'

/** Every kind of fault, the most important first. */
export const faults: readonly Fault[] = [
  kill,
  term,
  pause,
  diskFull,
  unwritable,
  torn,
  exporter,
  broker,
  clock,
  rotate,
  rotateFirst,
  finite,
  secondProcess,
]
