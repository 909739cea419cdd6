export { fromLogRecordExporter } from './exporter-adapter.ts'
