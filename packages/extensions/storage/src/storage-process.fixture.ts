import { storageConfig } from './config.ts'
import { createStorageExtension } from './storage-extension.ts'

/*
 * A process that has a storage. `hold`: keeps it. `count`: commits without end, each commit the same number under every
 * one of its keys and a value whose length changes, and says each number once it is safe.
 */
const [directory = '', task] = process.argv.slice(2)
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const extension = createStorageExtension(storageConfig.parse({ directory }), {
  id: 'storage',
  logger: silent,
})
const say = (text: string) => void process.stdout.write(`${text}\n`)

try {
  await extension.start?.()
  say('open')
  if (task === 'hold') setInterval(() => {}, 60_000)
  if (task === 'count') {
    let number = 0
    for (const [key, value] of extension.storage.entries('numbers'))
      if (key === 'k0') number = Number(Buffer.from(value).toString().split(' ')[0])
    for (;;) {
      number++
      const keys = 1 + ((number * 7) % 300)
      await extension.storage.commit(
        Array.from({ length: 300 }, (_, index) => {
          const text = `${number} `.padEnd(index < keys ? 20 + ((number * index) % 3000) : 20, '.')
          return ['numbers', `k${index}`, Buffer.from(text)] as const
        }),
      )
      say(`safe ${number}`)
    }
  }
} catch (error) {
  say(`refused ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
