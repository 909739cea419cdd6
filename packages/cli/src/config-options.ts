/** What `run` and `validate` are told about the configuration. */
export interface ConfigOptions {
  readonly config?: readonly string[]
  readonly set?: readonly string[]
  readonly plugin?: readonly string[]
}
