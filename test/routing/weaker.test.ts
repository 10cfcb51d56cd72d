import { describe, expect, test } from 'bun:test'
import { createPriceOf } from '../../src/prices/prices.ts'
import { isWeaker } from '../../src/routing/weaker.ts'
import { aTarget } from './target.ts'

const priceOf = createPriceOf(
  [{ model: 'local-large', rates: { input: 5, output: 30 } }],
  (name) => (name === 'bedrock' || name === 'anthropic' || name === 'cerebras' ? name : 'custom'),
)

const at = (id: string) => {
  const [provider = '', ...model] = id.split('/')
  return aTarget({ provider, model: model.join('/'), region: 'us-west-2' })
}

describe('the weaker of two targets', () => {
  test.each([
    ['anthropic/claude-sonnet-5-5', 'anthropic/claude-opus-5-5'],
    ['bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic/claude-sonnet-5-5'],
    ['anthropic/claude-opus-4-5', 'anthropic/claude-opus-5-5'],
    ['cerebras/gpt-oss-120b', 'bedrock/us.anthropic.claude-opus-5-5'],
    ['anthropic/claude-opus-5-5', 'elsewhere/local-large'],
    ['elsewhere/some-model-7b', 'elsewhere/some-model'],
  ])('is %s rather than %s', (weaker, stronger) => {
    expect(isWeaker(at(weaker), at(stronger), priceOf)).toBe(true)
    expect(isWeaker(at(stronger), at(weaker), priceOf)).toBe(false)
  })

  test.each([
    ['anthropic/claude-opus-5-5', 'bedrock/us.anthropic.claude-opus-5-5'],
    ['elsewhere/anthropic/claude-opus-5.5', 'bedrock/global.anthropic.claude-opus-5-5'],
    ['cerebras/gpt-oss-120b', 'bedrock/openai.gpt-oss-120b'],
    ['elsewhere/some-model', 'elsewhere/some-other-model'],
    ['anthropic/claude-fable-5-2', 'anthropic/claude-mythos-5-2'],
  ])('is neither of %s and %s', (one, other) => {
    expect(isWeaker(at(one), at(other), priceOf)).toBe(false)
    expect(isWeaker(at(other), at(one), priceOf)).toBe(false)
  })
})
