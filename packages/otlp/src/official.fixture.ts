import Long from 'long'
import protobuf from 'protobufjs'

// It looks for this by itself, in a way that a test runner's module loader hides from it.
protobuf.util.Long = Long
protobuf.configure()

/**
 * The messages of OTLP's logs as protobufjs, which shares no code with this package, reads and writes them. Field
 * numbers and types as in opentelemetry-proto 1.7.
 */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message AnyValue {
    oneof value {
      string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
      ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message Scope {
    string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
  }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
    bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12;
  }
  message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message Request { repeated ResourceLogs resource_logs = 1; }
  message PartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }
  message Response { PartialSuccess partial_success = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  `,
  { keepCase: false },
)

/** A message with the code that protobufjs generates for it: what benchmarks measure against. */
export function officialType(type: string): { decode(bytes: Uint8Array): object } {
  return root.lookupType(type)
}

/** Reads a message as a plain object, 64-bit integers as text and bytes as lists. */
export function officialDecode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type)
  return message.toObject(message.decode(bytes), { longs: String, bytes: Array })
}

/** Writes a message. */
export function officialEncode(type: string, value: Record<string, unknown>): Uint8Array {
  const message = root.lookupType(type)
  return message.encode(message.fromObject(value)).finish()
}
