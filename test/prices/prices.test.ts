import { describe, expect, test } from 'bun:test'
import type { ServiceName } from '../../src/config/config.ts'
import { emptyUsage } from '../../src/messages/usage.ts'
import { type Price, type Rates, ratesFor } from '../../src/prices/price.ts'
import { createPriceOf, type OwnPrice } from '../../src/prices/prices.ts'
import { aTarget } from '../routing/target.ts'

/** The price of a model at a service, whose provider has its name. */
function priceAt(
  service: ServiceName,
  model: string,
  { region = 'us-west-2', baseModel = model, own = [] as OwnPrice[] } = {},
): Price | null {
  return createPriceOf(own, () => service)(aTarget({ provider: service, model, baseModel, region }))
}

const five = (rates: Rates | undefined) =>
  rates && [rates.input, rates.cache_write_5m, rates.cache_write_1h, rates.cache_read, rates.output]

describe('a Claude model costs the same in every spelling', () => {
  const spellings: [ServiceName, string][] = [
    ['anthropic', 'claude-sonnet-4-6'],
    ['anthropic', 'claude-sonnet-4-6-20260217'],
    ['openrouter', 'anthropic/claude-sonnet-4.6'],
    ['bedrock', 'global.anthropic.claude-sonnet-4-6'],
    [
      'bedrock',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6',
    ],
  ]
  test.each(spellings)('%s: %s', (service, model) => {
    expect(five(priceAt(service, model)?.rates)).toEqual([3, 3.75, 6, 0.3, 15])
  })
})

describe('on Bedrock', () => {
  test('a region or the profile of a geography costs a tenth more from generation 4.5 on', () => {
    for (const id of ['us.anthropic.claude-opus-5-5', 'anthropic.claude-opus-5-5']) {
      expect(five(priceAt('bedrock', id)?.rates)).toEqual([4.4, 5.5, 8.8, 0.22, 22])
    }
    const older = priceAt('bedrock', 'us.anthropic.claude-opus-4-1-20250805-v1:0')
    expect(five(older?.rates)).toEqual([15, 18.75, 30, 1.5, 75])
  })

  test('so does a long prompt', () => {
    const price = priceAt('bedrock', 'eu.anthropic.claude-haiku-5-5', { region: 'eu-west-1' })
    expect(five(price?.long?.rates)).toEqual([0.55, 0.6875, 1.1, 0.055, 2.75])
  })

  test('other models have a price where it is known: in the USA', () => {
    const id = 'us.amazon.nova-pro-v1:0'
    expect(five(priceAt('bedrock', id)?.rates)).toEqual([0.8, 0.8, 0.8, 0.2, 3.2])
    expect(priceAt('bedrock', id, { region: 'ap-south-1' })).toBeNull()
    const oss = priceAt('bedrock', 'openai.gpt-oss-120b-1:0')
    expect(oss?.rates).toMatchObject({ input: 0.15, output: 0.6 })
    const nova2 = priceAt('bedrock', 'global.amazon.nova-2-lite-v1:0', { region: 'eu-west-1' })
    expect(nova2?.rates.input).toBe(0.3)
  })

  test('what stands behind an ARN is what counts', () => {
    const model = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc'
    expect(priceAt('bedrock', model)).toBeNull()
    const baseModel = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
    expect(priceAt('bedrock', model, { baseModel })?.rates.input).toBe(1.1)
  })
})

describe('on OpenAI', () => {
  test('a dated model costs what the model costs, unless it has a price of its own', () => {
    expect(priceAt('openai', 'gpt-5.2-2025-12-11')).toEqual(priceAt('openai', 'gpt-5.2'))
    expect(priceAt('openai', 'gpt-4o-2024-08-06')?.rates.input).toBe(2.5)
    expect(priceAt('openai', 'gpt-4o-2024-05-13')?.rates.input).toBe(5)
  })

  test('cached input has a price, and writes to the cache have one since GPT-5.6', () => {
    expect(five(priceAt('openai', 'gpt-5')?.rates)).toEqual([1.25, 1.25, 1.25, 0.125, 10])
    expect(five(priceAt('openai', 'gpt-5.6-terra')?.rates)).toEqual([2, 2.5, 2.5, 0.2, 12])
  })

  test('a long prompt costs twice as much, and half as much again for the output', () => {
    expect(priceAt('openai', 'gpt-5.6-luna')?.long).toEqual({
      over: 272_000,
      rates: {
        input: 0.4,
        output: 1.8,
        cache_read: 0.04,
        cache_write_5m: 0.5,
        cache_write_1h: 0.5,
      },
    })
    expect(priceAt('openai', 'gpt-5.4-mini')?.long).toBeUndefined()
  })

  test('OpenRouter passes the price on', () => {
    expect(priceAt('openrouter', 'openai/gpt-5.5')).toEqual(priceAt('openai', 'gpt-5.5'))
  })
})

test('the same open model costs what its host takes', () => {
  expect(priceAt('groq', 'openai/gpt-oss-120b')?.rates).toMatchObject({
    input: 0.15,
    cache_read: 0.075,
  })
  expect(priceAt('cerebras', 'gpt-oss-120b')?.rates).toMatchObject({
    input: 0.35,
    cache_read: 0.35,
  })
})

describe('the price is not known of', () => {
  const unknown: [ServiceName, string][] = [
    ['anthropic', 'claude-opus-6'],
    ['anthropic', 'claude-instant'],
    ['openai', 'gpt-4o-audio-preview'],
    ['openai', 'gpt-7'],
    ['openai', 'constructor'],
    ['groq', '__proto__'],
    ['bedrock', 'toString'],
    ['bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
    ['openrouter', 'qwen/qwen3-coder'],
    ['openrouter', 'anthropic/claude-opus-5-fast'],
    ['openrouter', 'openai/gpt-oss-120b:free'],
    ['custom', 'claude-opus-5-5'],
    ['custom', 'gpt-oss-120b'],
  ]
  test.each(unknown)('%s: %s', (service, model) => {
    expect(priceAt(service, model)).toBeNull()
  })
})

describe('the rates of an answer', () => {
  const rates = (model: string, usage: object) =>
    ratesFor(priceAt('anthropic', model), { ...emptyUsage(), ...usage })?.input

  test('depend on the whole prompt, cached or not', () => {
    const parts = {
      input_tokens: 10_000,
      cache_read_input_tokens: 50_000,
      cache_creation_input_tokens: 40_000,
    }
    expect(rates('claude-haiku-5-5', parts)).toBe(0.1)
    expect(rates('claude-haiku-5-5', { ...parts, input_tokens: 10_001 })).toBe(0.5)
    expect(rates('claude-opus-5-5', { input_tokens: 900_000 })).toBe(4)
  })

  test('depend on the mode, and are unknown where those of the mode are', () => {
    expect(rates('claude-opus-5-5', { speed: 'standard', inference_geo: 'global' })).toBe(4)
    expect(rates('claude-opus-5-5', { speed: 'fast' })).toBe(8)
    expect(rates('claude-opus-5-5', { inference_geo: 'us' })).toBe(4.4)
    expect(rates('claude-opus-5-5', { speed: 'fast', inference_geo: 'us' })).toBe(8.8)
    expect(rates('claude-fable-5-2', { speed: 'fast' })).toBeUndefined()
  })
})

describe('a price of your own', () => {
  const price = (model: string, rates: OwnPrice['rates']): OwnPrice => ({ model, rates })
  const own = [
    price('*', { input: 9, output: 9 }),
    price('openai/gpt-*', { input: 2, output: 8, cache_read: 0 }),
    price('claude-opus-5-5', { input: 3, output: 15 }),
    price('anthropic/claude-haiku-*', { input: 0, output: 0 }),
  ]
  const ownPriceAt = (service: ServiceName, model: string, baseModel = model) =>
    priceAt(service, model, { own, baseModel })?.rates

  test('is found by a whole name before a part of one, and then by the order of the file', () => {
    expect(ownPriceAt('anthropic', 'claude-opus-5-5')?.input).toBe(3)
    expect(ownPriceAt('openai', 'gpt-5')?.input).toBe(9)
    expect(priceAt('openai', 'gpt-5', { own: own.slice(1) })?.rates.input).toBe(2)
    expect(priceAt('groq', 'gpt-5', { own: own.slice(1) })).toBeNull()
  })

  test('is found by what stands behind the model, and whatever the case', () => {
    expect(ownPriceAt('bedrock', 'arn:aws:x/abc', 'Claude-Opus-5-5')?.input).toBe(3)
  })

  test('may be nothing', () => {
    const free = priceAt('anthropic', 'claude-haiku-4-5', { own: own.slice(1) })
    expect(five(free?.rates)).toEqual([0, 0, 0, 0, 0])
  })

  test('keeps the proportions of the known one where it says nothing itself', () => {
    expect(ownPriceAt('anthropic', 'claude-opus-5-5')).toEqual({
      input: 3,
      output: 15,
      cache_read: 0.15,
      cache_write_5m: 3.75,
      cache_write_1h: 6,
    })
    expect(five(ownPriceAt('custom', 'anything'))).toEqual([9, 9, 9, 9, 9])
  })

  test('holds for long prompts and in every mode', () => {
    const found = priceAt('anthropic', 'claude-opus-5-5', { own })
    const usage = { ...emptyUsage(), input_tokens: 500_000, speed: 'fast', inference_geo: 'us' }
    expect(ratesFor(found, usage)?.input).toBe(3)
  })

  test('is a name and no regular expression', () => {
    const dots = [price('gpt-4.1', { input: 1, output: 1 })]
    expect(priceAt('custom', 'gpt-4x1', { own: dots })).toBeNull()
    expect(priceAt('custom', 'gpt-4.1', { own: dots })?.rates.input).toBe(1)
  })
})
