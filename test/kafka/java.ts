import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The Kafka that the tests run against, from Maven Central. */
const KAFKA_VERSION = '4.4.0'
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
const LIBRARIES = [
  ['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION],
  ['org.apache.logging.log4j', 'log4j-slf4j-impl', '2.25.5'],
]
const cache = path.resolve(import.meta.dirname, `../../node_modules/.cache/kafka-${KAFKA_VERSION}`)

/** Why no broker can be started on this machine; `undefined` when one can. */
export function whyNoKafka(): string | undefined {
  const tools = existsSync(path.join(cache, 'libs')) ? ['java', 'openssl'] : ['java', 'mvn', 'openssl']
  const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  if (missing.length > 0) return `${missing.join(' and ')} not found on this machine`
  try {
    classPath()
    return undefined
  } catch (error) {
    return `Kafka could not be fetched: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : error}`
  }
}

/** Runs a program to its end and gives what it wrote; throws with its errors when it fails. */
export function run(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${command} failed: ${error?.message ?? ''} ${stderr.slice(-2000)} ${stdout.slice(-2000)}`)
}

/**
 * The class path of Kafka. The first call on a machine fetches some 44 MB; several processes may make it at once,
 * since each fetches into a folder of its own and the last step is a rename.
 */
export function classPath(): string {
  const libs = path.join(cache, 'libs')
  if (!existsSync(libs)) fetchInto(libs)
  return path.join(libs, '*')
}

function fetchInto(libs: string): void {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(path.join(cache, 'fetch-'))
  try {
    const dependencies = LIBRARIES.map(
      ([group, artifact, version]) =>
        `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
    )
    const pom = path.join(folder, 'pom.xml')
    writeFileSync(
      pom,
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>lacuna</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('')}</dependencies></project>`,
    )
    const local = `-Dmaven.repo.local=${folder}/repository`
    const target = path.join(folder, 'libs')
    run('mvn', [
      '-B',
      '-q',
      local,
      '-f',
      pom,
      PLUGIN,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
    ])
    try {
      renameSync(target, libs)
    } catch (error) {
      // Another process was first.
      if (!existsSync(libs)) throw error
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
