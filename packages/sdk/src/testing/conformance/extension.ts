import type { ExtensionFactory } from '../../component.ts'
import type { Extension, ExtensionHost } from '../../extension.ts'
import { testExtensionHost } from '../test-host.ts'
import type { Check } from './check.ts'
import { factoryChecks, parseConfig } from './factory-checks.ts'
import { lifecycleChecks } from './lifecycle-checks.ts'

/** What {@link extensionConformance} needs of an extension's package. */
export interface ExtensionConformance {
  readonly factory: ExtensionFactory
  /** A configuration as it stands in a file; one that listens takes a free port. */
  readonly config?: unknown
  /** Makes the extension in another way than by the factory. */
  readonly create?: (host: ExtensionHost) => Extension | Promise<Extension>
}

/**
 * What every extension keeps to, as a list of checks.
 *
 * @example
 * ```ts
 * for (const check of extensionConformance({ factory })) it(check.name, check.run)
 * ```
 */
export function extensionConformance(options: ExtensionConformance): Check[] {
  const { factory } = options
  const config = () => options.config ?? {}
  const make = async () => {
    const host = testExtensionHost({ id: factory.type })
    return options.create
      ? options.create(host)
      : factory.create(parseConfig(factory, config()) as never, host)
  }
  return [...factoryChecks(factory, 'extension', config), ...lifecycleChecks(make)]
}
