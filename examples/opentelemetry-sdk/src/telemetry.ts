import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

/**
 * OpenTelemetry's SDK as any service sets it up. Nothing here knows of Lacuna: where logs go is said by
 * `OTEL_EXPORTER_OTLP_ENDPOINT`, and without it by OpenTelemetry's default, which is where Lacuna listens.
 */
export function createTelemetry(serviceName: string): LoggerProvider {
  return new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  })
}
