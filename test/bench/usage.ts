import { writeFileSync } from 'node:fs'

// Loaded into a process under measurement with --import: says at its end what the whole process took.
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  const file = process.env.BENCH_USAGE
  if (file === undefined) return
  writeFileSync(
    file,
    JSON.stringify({ cpu: (user + system) / 1e6, memory: process.resourceUsage().maxRSS / 1024 }),
  )
})
