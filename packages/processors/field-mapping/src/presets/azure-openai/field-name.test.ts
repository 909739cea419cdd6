import { expect, test } from 'vitest'
import { fieldKind, gatewayName, INTEGER, snakeCase, TEXT, topKind } from './field-name.ts'

test('keys become the snake case of the Elastic Common Schema', () => {
  const names: Record<string, string> = {
    callerIpAddress: 'caller_ip_address',
    operationName: 'operation_name',
    Tenant: 'tenant',
    AssetIdentity: 'asset_identity',
    DeploymentVersion: 'deployment_version',
    callerIPAddress: 'caller_ipaddress',
    already_snake: 'already_snake',
    '': '',
    _a: '_a',
    fooB_c: 'foo_b_c',
    a1B: 'a1b',
    'with space': 'with space',
  }
  for (const [key, name] of Object.entries(names)) expect(snakeCase(key), key).toBe(name)
})

test('a long key takes no time', () => {
  const before = performance.now()
  for (const key of ['a'.repeat(256), '_'.repeat(256), 'aB'.repeat(128), '_a'.repeat(128)]) snakeCase(key)
  expect(performance.now() - before).toBeLessThan(100)
})

test('lengths, durations and tick times are integers, names and signatures texts', () => {
  for (const name of [
    'response_length',
    'foo_length',
    'duration',
    'duration_ms',
    'backend_duration',
    'request_time',
    'response_time',
  ]) {
    expect(fieldKind(name), name).toBe(INTEGER)
  }
  for (const name of ['model_name', 'api_name', 'name', 'result_signature'])
    expect(fieldKind(name), name).toBe(TEXT)
  for (const name of ['length', 'rename', 'time', 'lengthy', 'backend_time', 'category', 'durations']) {
    expect([INTEGER, TEXT], name).not.toContain(fieldKind(name))
  }
  expect(topKind('operation_name')).toBe(TEXT)
  expect(topKind('duration_ms')).toBe(INTEGER)
})

test('API Management calls lengths sizes', () => {
  expect(['request_size', 'response_size', 'other', 'constructor'].map(gatewayName)).toEqual([
    'request_length',
    'response_length',
    'other',
    'constructor',
  ])
})
