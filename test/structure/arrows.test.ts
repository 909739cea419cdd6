import { spawnSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const biome = path.join(root, 'node_modules/.bin/biome')

/** What biome says of a file with this import at this place, in a tree that holds nothing else. */
function lint(file: string, specifier: string): string {
  const tree = mkdtempSync(path.join(tmpdir(), 'lacuna-arrows-'))
  try {
    copyFileSync(path.join(root, 'biome.json'), path.join(tree, 'biome.json'))
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true })
    writeFileSync(path.join(tree, file), `import { x } from '${specifier}'\n\nexport const y = x\n`)
    const { stdout, stderr } = spawnSync(biome, ['lint', '--vcs-enabled=false', file], {
      cwd: tree,
      encoding: 'utf8',
    })
    return stdout + stderr
  } finally {
    rmSync(tree, { recursive: true })
  }
}

describe('the arrows between packages', () => {
  it.each([
    ['packages/esql/src/a.ts', '@lacuna/sdk'],
    ['packages/detection/src/a.ts', '@lacuna/esql/x'],
    ['packages/sdk/src/a.ts', '@lacuna/runtime'],
    ['packages/runtime/src/a.ts', '@lacuna/receiver-file'],
    ['packages/receivers/file/src/a.ts', '@lacuna/runtime'],
    ['packages/processors/field-mapping/src/a.ts', '@lacuna/exporter-stdout'],
  ])('keep %s from importing %s', (file, specifier) => {
    expect(lint(file, specifier)).toContain('noRestrictedImports')
  })

  it('let a component import sdk', () => {
    expect(lint('packages/receivers/file/src/a.ts', '@lacuna/sdk')).not.toContain('noRestrictedImports')
  })

  it('are not gone around by a path that leaves a package', () => {
    const leaving: string[] = []
    for (const manifest of globSync('packages/**/package.json', {
      cwd: root,
      exclude: ['**/node_modules/**'],
    })) {
      const folder = path.join(root, path.dirname(manifest))
      for (const file of globSync('src/**/*.ts', { cwd: folder })) {
        const source = readFileSync(path.join(folder, file), 'utf8')
        for (const [, specifier = ''] of source.matchAll(/from '(\.[^']+)'/g)) {
          const target = path.resolve(folder, path.dirname(file), specifier)
          if (!target.startsWith(folder + path.sep)) leaving.push(`${manifest}: ${file} -> ${specifier}`)
        }
      }
    }
    expect(leaving).toEqual([])
  })
})
