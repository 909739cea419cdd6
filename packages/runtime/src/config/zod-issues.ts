import type { z } from 'zod'
import type { Path } from './tree.ts'

/** zod's issue with its path from the component's own configuration on. */
export interface Issue {
  readonly path: Path
  readonly issue: z.core.$ZodIssue
  /** What could stand here, where no branch of a union takes what does. */
  readonly alternatives?: readonly z.core.$ZodIssue[]
}

/**
 * The issues that a person should see: of a union, those of the branch that was most likely meant.
 */
export function flatten(issues: readonly z.core.$ZodIssue[], base: Path = []): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path]
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return flattenUnion(issue, path)
    return [{ path, issue }]
  })
}

function flattenUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path): Issue[] {
  const branches = issue.errors.map((errors) => flatten(errors, path))
  const fitting = branches.filter((branch) => !branch.some((inner) => isAboutWhole(inner, path)))
  if (fitting.length === 0) {
    const alternatives = branches.flatMap((branch) =>
      branch
        .filter((inner) => isAboutWhole(inner, path))
        .flatMap((inner) => inner.alternatives ?? [inner.issue]),
    )
    return [{ path, issue, alternatives }]
  }
  return fitting.reduce((best, branch) => (branch.length < best.length ? branch : best))
}

/** Whether the value itself, and nothing in it, is of the wrong kind. */
function isAboutWhole({ path, issue }: Issue, whole: Path): boolean {
  if (path.length !== whole.length) return false
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
}

/** Every path that any branch of any union complains about. */
export function everyPath(issues: readonly z.core.$ZodIssue[], base: Path = []): Path[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path]
    const inner =
      issue.code === 'invalid_union' ? issue.errors.flatMap((errors) => everyPath(errors, path)) : []
    return [path, ...inner]
  })
}
