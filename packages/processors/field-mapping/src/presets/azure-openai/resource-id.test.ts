import { expect, test } from 'vitest'
import { resourceIdCache, splitResourceId } from './resource-id.ts'

const NONE = { subscription: undefined, group: undefined, provider: undefined, name: undefined }

test('an ARM id is split in lower case', () => {
  expect(
    splitResourceId('/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/N'),
  ).toEqual({
    id: '/subscriptions/s/resourcegroups/g/providers/microsoft.cognitiveservices/accounts/n',
    subscription: 's',
    group: 'g',
    provider: 'microsoft.cognitiveservices/accounts',
    name: 'n',
  })
})

test('the name is all that follows the provider', () => {
  expect(splitResourceId('/subscriptions/s/resourceGroups/g/providers/p/t/n/deployments/d').name).toBe(
    'n/deployments/d',
  )
})

test('what is missing stays missing', () => {
  expect(splitResourceId('/subscriptions/s')).toEqual({ ...NONE, id: '/subscriptions/s', subscription: 's' })
  expect(splitResourceId('/subscriptions/s/resourceGroups/g')).toEqual({
    ...NONE,
    id: '/subscriptions/s/resourcegroups/g',
    subscription: 's',
    group: 'g',
  })
  expect(splitResourceId('/subscriptions/s/resourceGroups/g/providers/p/t')).toMatchObject({
    provider: 'p/t',
    name: undefined,
  })
  expect(splitResourceId('/subscriptions/s/resourceGroups/g/providers/p/t/')).toMatchObject({
    provider: 'p/t',
    name: undefined,
  })
  expect(splitResourceId('/subscriptions//resourceGroups//providers//t/n')).toMatchObject(NONE)
  for (const text of [
    'x',
    '/',
    '////////',
    'subscriptions/s',
    '/tenants/t/resourceGroups/g',
    '\ud800/\u0000',
  ]) {
    expect(splitResourceId(text), text).toEqual({ ...NONE, id: text.toLowerCase() })
  }
})

test('the cache gives the same parts for the same text, and others for one that is only alike', () => {
  const split = resourceIdCache()
  const id = (start: string) =>
    `/subscriptions/${start}/resourceGroups/g/providers/p/t/the-same-name-for-all-of-them-in-every-region`
  const first = split(id('a'))
  expect(split(id('a'))).toBe(first)
  for (const start of ['b', 'c', 'd', 'a']) expect(split(id(start))?.subscription).toBe(start)
  expect(split('x'.repeat(2049))).toBeUndefined()
  expect(split('')).toBeUndefined()
})
