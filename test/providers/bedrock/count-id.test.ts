import { expect, test } from 'bun:test'
import { countId } from '../../../src/providers/bedrock/count-id.ts'

const BASE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const ARN = 'arn:aws:bedrock:us-east-1:123456789012'

test.each([
  [BASE],
  ...['global', 'us', 'eu', 'jp', 'au', 'apac', 'us-gov'].map((region) => [`${region}.${BASE}`]),
  [`${ARN}:inference-profile/us.${BASE}`],
  [`arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/${BASE}`],
])('%s is counted with as the model behind it', (model) => {
  expect(countId({ model, baseModel: model })).toBe(BASE)
})

test('an ARN that says nothing is counted with as what the config says', () => {
  const model = `${ARN}:application-inference-profile/abc123`
  expect(countId({ model, baseModel: `us.${BASE}` })).toBe(BASE)
  expect(countId({ model, baseModel: 'claude-sonnet-4-5' })).toBe(model)
})
