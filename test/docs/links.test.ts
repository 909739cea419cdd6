import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchors, links, markdownFiles, read } from './markdown.ts'
import { ROOT } from './options-table.ts'

describe('links in Markdown', () => {
  it.each(markdownFiles())('of %s lead somewhere', (file) => {
    const broken = links(file).filter((target) => {
      const [path = '', anchor] = target.split('#')
      if (!existsSync(join(ROOT, path))) return true
      return anchor !== undefined && !anchors(read(path)).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('are found at all', () => {
    expect(links('README.md')).toContain('packages/sdk/README.md')
  })
})
