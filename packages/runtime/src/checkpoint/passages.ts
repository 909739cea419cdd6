import type { Batch, Position, Source } from '@lacuna/sdk'
import type { Intake, IntakeKeeper } from '../pipeline/intake.ts'
import type { Line } from '../pipeline/line.ts'
import type { Passage } from '../pipeline/passage.ts'
import type { ChangeSet } from './change-set.ts'
import { packBatch } from './packed-batch.ts'
import type { CutPart, Participant } from './part.ts'
import { spaceOf } from './spaces.ts'
import type { Entry, WriteAhead } from './write-ahead.ts'

/** A batch on its way, in the pipelines that have it before them. */
interface Way extends Passage, Entry {
  readonly batch: Batch
  /** What each pipeline got, where there are several. */
  copies: readonly Batch[]
  readonly before: Line[]
  readonly all: number
  attached: boolean
  /** Whether its source was lost meanwhile: then its position is nobody's any more. */
  lost: boolean
}

/** How far a source has come. */
interface Place {
  source: Source
  position: Position
  /** The position that is in the storage, or will be with the next commit. */
  written: Position | undefined
  /** The position that the receiver has heard of. */
  told: Position | undefined
}

/** Follows the batches of one receiver through its pipelines, so that a cut knows its positions. */
export interface Passages extends IntakeKeeper, Participant {
  /** Takes back the position of a source from an earlier run. */
  restore(source: string, position: Position): void
  /** The way of a batch that an earlier run had accepted, through the pipelines that have not seen it. */
  again(batch: Batch, lines: readonly Line[]): Passage & Entry
  /** No word to the receiver any more. */
  end(): void
}

/** Makes {@link Passages}. */
export function passages(intake: Intake, ahead: WriteAhead): Passages {
  const { id, lines } = intake
  const space = spaceOf('positions', id)
  const positions = new Map<string, Position>()
  const places = new Map<string, Place>()
  const gone = new Set<string>()
  const underWay = new Set<Way>()
  let ended = false

  /** All pipelines have taken the batch in, or will be given it again. */
  function reached({ batch: { source, position }, lost }: Way): void {
    if (position === undefined || lost) return
    const place = places.get(source.id)
    if (place === undefined) {
      const written = gone.delete(source.id) ? undefined : positions.get(source.id)
      places.set(source.id, { source, position, written, told: undefined })
    } else {
      place.source = source
      place.position = position
    }
  }

  function wayOf(batch: Batch, to: readonly Line[]): Way {
    const before = [...to]
    const way: Way = {
      batch,
      copies: [],
      before,
      all: to.length,
      attached: false,
      lost: false,
      left: () => (before.length === lines.length ? undefined : before.map((line) => line.id)),
      given(batches) {
        way.copies = batches
      },
      passed(line) {
        const index = before.indexOf(line)
        if (index >= 0) before.splice(index, 1)
        if (before.length > 0) return
        underWay.delete(way)
        reached(way)
      },
      skipped(line) {
        // Where nobody has taken it in, and nobody will, it is as if it had not come.
        if (before.length === way.all && before.every((each) => each.over)) underWay.delete(way)
        else way.passed(line)
      },
    }
    underWay.add(way)
    return way
  }

  /** Writes down a batch that some pipelines have taken in and others have not. */
  function attach(way: Way, changes: ChangeSet): void {
    if (way.attached) return
    way.attached = true
    const [line] = way.before
    const copy = line === undefined ? undefined : way.copies[lines.indexOf(line)]
    // Now, as the one who waits for it may be at it at any moment, and change it.
    ahead.attach(way, packBatch(id, copy ?? way.batch), changes)
  }

  return {
    positions,
    begin(batch) {
      const way = wayOf(batch, lines)
      if (batch.position !== undefined || batch.source.finite) return { passage: way, saved: undefined }
      way.attached = true
      return { passage: way, saved: ahead.append(id, batch, way) }
    },
    lost(source) {
      places.delete(source.id)
      positions.delete(source.id)
      gone.add(source.id)
      for (const way of underWay) if (way.batch.source.id === source.id) way.lost = true
    },
    restore(source, position) {
      positions.set(source, position)
    },
    again(batch, to) {
      const way = wayOf(batch, to)
      way.attached = true
      return way
    },
    end() {
      ended = true
    },
    cut(changes): CutPart {
      for (const way of underWay) {
        if (way.before.length === way.all) continue
        attach(way, changes)
        reached(way)
      }
      for (const source of gone) changes.remove(space, source)
      gone.clear()
      const news: [place: Place, position: Position][] = []
      for (const [source, place] of places) {
        const { position } = place
        if (place.written !== position) changes.put(space, source, Buffer.from(position))
        place.written = position
        if (place.told !== position) news.push([place, position])
      }
      if (news.length === 0) return {}
      return {
        durable() {
          for (const [place, position] of news) {
            place.told = position
            if (!ended && places.get(place.source.id) === place) intake.safe(place.source, position)
          }
        },
      }
    },
  }
}
