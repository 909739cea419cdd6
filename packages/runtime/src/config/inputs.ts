import { dirname, resolve } from 'node:path'
import type { Report } from './diagnostics.ts'
import { fromObject } from './from-object.ts'
import { parseYaml } from './parse.ts'
import { checkText, type ReadResult, readText } from './read.ts'
import { parseSet } from './set.ts'
import { beginning, newSource, type Source } from './source.ts'
import { nameOfKind, type Tree } from './tree.ts'

/** What a configuration is made of, in the order of merging. */
export interface Inputs {
  readonly files?: readonly string[]
  readonly texts?: readonly { readonly name: string; readonly text: string }[]
  readonly object?: unknown
  readonly set?: readonly string[]
}

export interface Layer {
  readonly source: Source
  /** Absent where nothing could be made of it; that was reported. */
  readonly tree?: Tree
}

/** Reads and parses each input by itself: files, texts, the object, then what `--set` says. */
export function readLayers(inputs: Inputs, cwd: string, report: Report): Layer[] {
  const layers: Layer[] = []
  for (const path of inputs.files ?? []) {
    const absolute = resolve(cwd, path)
    layers.push(yamlLayer(path, dirname(absolute), readText(absolute), report))
  }
  for (const { name, text } of inputs.texts ?? [])
    layers.push(yamlLayer(name, cwd, checkText(text.replace(/^\ufeff/, '')), report))
  if (inputs.object !== undefined) {
    const source = newSource('object', 'config', '', cwd)
    layers.push(layer(source, fromObject(inputs.object, source, report), report))
  }
  for (const argument of inputs.set ?? []) layers.push(parseSet(argument, cwd, report))
  return layers
}

function yamlLayer(name: string, directory: string, read: ReadResult, report: Report): Layer {
  const source = newSource('yaml', name, read.text, directory)
  if ('error' in read) {
    source.broken = true
    report({
      code: 'unreadable',
      place: { source, start: read.offset, end: read.offset },
      message: read.error,
    })
    return { source }
  }
  return layer(source, parseYaml(source, 0, report, beginning(source)), report)
}

function layer(source: Source, tree: Tree | undefined, report: Report): Layer {
  if (source.broken) return { source }
  const empty = tree === undefined || (tree.kind === 'scalar' && tree.value === null)
  if (tree?.kind === 'map') return { source, tree }
  source.broken = true
  const place = empty ? beginning(source) : tree.place
  const message = empty
    ? 'the configuration is empty'
    : `a configuration must be a map with receivers, exporters and service, got ${nameOfKind(tree)}`
  report({ code: 'wrong_value', place, message })
  return { source }
}
