import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { countedId, takesInvoke } from '../../../src/providers/bedrock/models.ts'
import { createBedrockProvider } from '../../../src/providers/bedrock.ts'
import { ACCESS_KEY, SECRET_KEY } from '../../../src/simulator/sigv4.ts'
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts'
import { aTarget } from '../../routing/target.ts'
import { callOf } from '../openai-chat/support.ts'

const arn = (resource: string) => `arn:aws:bedrock:us-west-2:123456789012:${resource}`

const CLAUDE = [
  'anthropic.claude-opus-4-8',
  'us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
  arn('inference-profile/us.anthropic.claude-opus-4-8'),
  arn('application-inference-profile/a1b2c3d4'),
  arn('provisioned-model/a1b2c3d4'),
]
const OTHERS = [
  'amazon.nova-pro-v1:0',
  'apac.amazon.nova-lite-v1:0',
  'openai.gpt-oss-120b-1:0',
  'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/meta.llama3-3-70b-instruct-v1:0',
  arn('inference-profile/us.meta.llama4-scout-17b-instruct-v1:0'),
  arn('custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4'),
  arn('imported-model/a1b2c3d4'),
]

describe('a model id', () => {
  test.each(CLAUDE)('%s is asked in the format of Claude', (baseModel) => {
    expect(takesInvoke({ baseModel })).toBe(true)
  })

  test.each(OTHERS)('%s is asked through Converse', (baseModel) => {
    expect(takesInvoke({ baseModel })).toBe(false)
  })

  test.each([
    ['us.anthropic.claude-opus-4-8', 'anthropic.claude-opus-4-8'],
    [arn('inference-profile/global.amazon.nova-2-lite-v1:0'), 'amazon.nova-2-lite-v1:0'],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
  ])('%s is counted with as %s', (model, counted) => {
    expect(countedId({ model, baseModel: model })).toBe(counted)
  })

  test('that names no model is counted with by the one that stands behind it', () => {
    const model = arn('application-inference-profile/a1b2c3d4')
    expect(countedId({ model, baseModel: 'us.anthropic.claude-opus-4-8' })).toBe(
      'anthropic.claude-opus-4-8',
    )
  })
})

describe('a signed request', () => {
  const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']
  const before = NAMES.map((name) => [name, process.env[name]] as const)
  let simulator: Simulator
  beforeEach(() => {
    simulator = startSimulator()
    for (const name of NAMES) delete process.env[name]
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    })
  })
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await simulator.stop()
  })

  const cases = [...CLAUDE, ...OTHERS].flatMap((model) =>
    [false, true].map((stream) => ({ model, stream })),
  )
  test.each(cases)('for $model is let in (stream: $stream)', async ({ model, stream }) => {
    const provider = createBedrockProvider({
      name: 'bedrock',
      endpoint: simulator.url,
      apiKey: null,
      profileName: null,
      extraBody: {},
      unusable: null,
    })
    simulator.script(model, { kind: 'text', text: 'Signed.' })
    const response = await provider.messages({ ...callOf({ stream }), target: aTarget({ model }) })
    expect(await response.text()).toContain('Signed')
    expect(simulator.calls.map((call) => call.model)).toEqual([model])
    const path = simulator.calls[0]?.path.split('/') ?? []
    expect(path.slice(0, 3)).toEqual(['', 'model', encodeURIComponent(model)])
  })
})
