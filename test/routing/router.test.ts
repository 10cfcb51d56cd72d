import { expect, test } from 'bun:test'
import { createRouter } from '../../src/routing/router.ts'
import { aTarget } from './target.ts'

const route = (model: string) => ({
  model,
  strategy: 'order' as const,
  targets: [aTarget({ model: `for ${model}` })],
})
const router = createRouter({
  enable: true,
  routes: [route('opus'), route('claude-opus-5-5'), route('default'), route('Haiku')],
  passTo: null,
})

test.each([
  ['claude-opus-5-5', 'for claude-opus-5-5', 'an exact name wins over one that is contained'],
  ['CLAUDE-OPUS-5-5', 'for claude-opus-5-5', 'upper and lower case are one'],
  ['claude-opus-5-5[1m]', 'for claude-opus-5-5', 'the mark of the large window is no part of it'],
  ['us.anthropic.claude-opus-4-1', 'for opus', 'else the first that is contained'],
  ['claude-haiku-4-5', 'for Haiku', 'whatever its case'],
  ['gpt-5', 'for default', 'else default'],
])('%s goes %s: %s', (id, expected) => {
  expect(router(id).targets.map(({ model }) => model)).toEqual([expected])
})

test('without a match and without a default the routes there are get named', () => {
  const strict = createRouter({ enable: true, routes: [route('opus')], passTo: null })
  expect(() => strict('gpt-5')).toThrow('No route matches the model "gpt-5"')
  expect(() => strict('gpt-5')).toThrow('"opus"')
})

test('with routing off the id goes unchanged to the first provider', () => {
  const passTo = aTarget({ id: 'direct/', provider: 'direct', model: '', region: null })
  const off = createRouter({ enable: false, routes: [route('opus')], passTo })
  expect(off('claude-opus-5-5').targets).toMatchObject([
    { provider: 'direct', model: 'claude-opus-5-5', id: 'direct/claude-opus-5-5' },
  ])
})

test('with no provider at all it says what to do', () => {
  const empty = createRouter({ enable: false, routes: [], passTo: null })
  expect(() => empty('claude-opus-5-5')).toThrow('No provider is configured')
})

test('the mark of the large window widens the targets that have one for those who ask', () => {
  const targets = [
    aTarget({ id: 'a', model: 'claude-sonnet-4-5', contextWindow: 200_000 }),
    aTarget({ id: 'b', model: 'claude-sonnet-4-5', contextWindow: 150_000 }),
    aTarget({ id: 'c', model: 'claude-haiku-4-5', contextWindow: 200_000 }),
  ]
  const routes = [{ model: 'default', strategy: 'order' as const, targets }]
  const router = createRouter({ enable: true, routes, passTo: null })
  const windows = (id: string) => router(id).targets.map(({ contextWindow }) => contextWindow)
  expect(windows('any')).toEqual([200_000, 150_000, 200_000])
  expect(windows('any[1m]')).toEqual([1_000_000, 150_000, 200_000])
})
