/**
 * The consumer group of a receiver that names none: `lacuna-` and the pipelines behind it, so that it stays the same
 * when the receiver is renamed, and two pipelines of one namespace never share the messages.
 *
 * @example
 * ```ts
 * defaultGroupId(['logs/azure']) // lacuna-logs-azure
 * ```
 */
export function defaultGroupId(pipelines: readonly string[]): string {
  return ['lacuna', ...pipelines.map((pipeline) => pipeline.replaceAll('/', '-')).sort()].join('-')
}
