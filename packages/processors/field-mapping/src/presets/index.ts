import { azureOpenAi } from './azure-openai/index.ts'
import type { Preset } from './preset.ts'

/** What `preset:` may name. A preset keeps what it learns about shapes, so each processor makes its own. */
export const PRESETS = {
  azure_openai: azureOpenAi,
} as const satisfies Record<string, () => Preset>

export type PresetName = keyof typeof PRESETS

export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]]
