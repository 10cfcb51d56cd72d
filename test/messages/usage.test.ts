import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { addUsage, emptyUsage, mergeUsage, usageOnWire } from '../../src/messages/usage.ts'

/** What is known after these `usage` objects, one after the other. */
function heard(...said: unknown[]) {
  const usage = emptyUsage()
  for (const each of said) mergeUsage(usage, each)
  return usage
}

const written = (short: number, long: number) => ({
  ephemeral_5m_input_tokens: short,
  ephemeral_1h_input_tokens: long,
})

describe('the usage of an answer', () => {
  test('is what Anthropic tells of it', () => {
    const said = {
      input_tokens: 7,
      output_tokens: 300,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 50,
      cache_creation: written(20, 30),
      output_tokens_details: { thinking_tokens: 120 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      service_tier: 'standard',
      speed: 'fast',
      inference_geo: 'us',
      iterations: [{ type: 'compaction', input_tokens: 9999, output_tokens: 9999 }],
    }
    expect(heard(said)).toEqual({
      input_tokens: 7,
      output_tokens: 300,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 50,
      cache_creation_5m_input_tokens: 20,
      cache_creation_1h_input_tokens: 30,
      thinking_tokens: 120,
      web_search_requests: 2,
      estimated: false,
      speed: 'fast',
      inference_geo: 'us',
    })
  })

  test('keeps what a later part of the stream leaves out or says null to', () => {
    const start = {
      input_tokens: 7,
      output_tokens: 1,
      cache_creation_input_tokens: 50,
      cache_creation: written(20, 30),
    }
    const end = {
      input_tokens: null,
      output_tokens: 300,
      cache_creation: null,
      output_tokens_details: { thinking_tokens: 4 },
      server_tool_use: null,
    }
    expect(heard(start, end)).toMatchObject({
      input_tokens: 7,
      output_tokens: 300,
      cache_creation_5m_input_tokens: 20,
      cache_creation_1h_input_tokens: 30,
      thinking_tokens: 4,
      web_search_requests: null,
    })
  })

  test('takes writes without a time for those of five minutes', () => {
    expect(heard({ cache_creation_input_tokens: 50 })).toMatchObject({
      cache_creation_5m_input_tokens: 50,
      cache_creation_1h_input_tokens: 0,
    })
    expect(heard({ cache_creation: written(0, 9) })).toMatchObject({
      cache_creation_input_tokens: 9,
      cache_creation_5m_input_tokens: 0,
    })
  })

  test('is a guess until the service reports', () => {
    const guess = { input_tokens: 10, output_tokens: 0, estimated: true }
    expect(heard(guess).estimated).toBe(true)
    expect(heard(guess, { output_tokens: 5, estimated: true }).estimated).toBe(true)
    expect(heard(guess, { input_tokens: 12, output_tokens: 5 }).estimated).toBe(false)
  })

  const odd = fc.oneof(
    fc.nat(),
    fc.constantFrom(null, undefined, -1, 0.5, Number.NaN, 1e300, '7', [], {}),
  )
  const said = fc.record(
    {
      input_tokens: odd,
      cache_creation_input_tokens: odd,
      cache_creation: fc.oneof(
        odd,
        fc.record({ ephemeral_5m_input_tokens: odd, ephemeral_1h_input_tokens: odd }),
      ),
      output_tokens_details: fc.oneof(odd, fc.record({ thinking_tokens: odd })),
    },
    { requiredKeys: [] },
  )

  test('is made of whole numbers, and its writes add up, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 4 }), (parts) => {
        const usage = heard(...parts, 'nothing')
        const { estimated: _, speed: __, inference_geo: ___, ...counts } = usage
        for (const count of Object.values(counts)) {
          expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true)
        }
        const { cache_creation_5m_input_tokens: short, cache_creation_1h_input_tokens: long } =
          usage
        const total = usage.cache_creation_input_tokens
        expect(total).toBe(total === null ? null : (short ?? 0) + (long ?? 0))
      }),
    )
  })
})

describe('the usage of two answers', () => {
  test('is their sum, as far as it is known', () => {
    const first = heard({ input_tokens: 5, cache_creation: written(1, 2) })
    const second = heard({ input_tokens: 6, output_tokens: 1, estimated: true })
    expect(addUsage(first, second)).toMatchObject({
      input_tokens: 11,
      output_tokens: 1,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: 3,
      cache_creation_1h_input_tokens: 2,
      estimated: true,
    })
  })
})

test('on the wire it is what it was, without what is not known', () => {
  const said = {
    input_tokens: 7,
    output_tokens: 300,
    cache_creation_input_tokens: 50,
    cache_creation: written(20, 30),
    output_tokens_details: { thinking_tokens: 120 },
    estimated: true,
  }
  expect(usageOnWire(heard(said))).toEqual(said)
  expect(usageOnWire(emptyUsage())).toEqual({})
})
