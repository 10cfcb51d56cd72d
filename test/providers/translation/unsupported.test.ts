import { expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import { namingField } from '../../../src/providers/translation/unsupported.ts'
import { post } from '../../support/client.ts'
import { startTestProxy } from '../../support/proxy.ts'

const refusal = (message: string) =>
  new ProxyError('invalid_request_error', message, { outcome: 'rejected', upstreamStatus: 400 })

test.each<[message: string, ...strips: string[]]>([
  ["Unsupported parameter: 'top_p' is not supported with this model.", 'top_p'],
  [
    "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
    'temperature',
  ],
  [
    'Unrecognized request argument supplied: parallel_tool_calls',
    'tool_choice.disable_parallel_tool_use',
  ],
  ["property 'reasoning_effort' is unsupported", 'thinking', 'output_config.effort'],
  ['`stop` is not supported with this model', 'stop_sequences'],
  [
    "This model doesn't support the stopSequences field. Remove stopSequences and try again.",
    'stop_sequences',
  ],
])('"%s" names what to leave out', (message, ...strips) => {
  const { outcome, unsupported } = namingField(refusal(message)).details
  expect({ outcome, unsupported }).toEqual({ outcome: 'unsupported', unsupported: strips })
})

test.each([
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  "This model doesn't support tool use.",
  "Function tools with reasoning_effort are not supported for gpt-7 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
  'The temperature is 5, which is more than 2.',
])('"%s" names nothing that can be left out', (message) => {
  expect(namingField(refusal(message)).details.outcome).toBe('rejected')
})

test.each([
  ['openai', 'stop', "property 'stop' is unsupported"],
  ['bedrock', 'stopSequences', "This model doesn't support the stopSequences field."],
])(
  '%s is asked again without %s, and without it from then on',
  async (provider, field, message) => {
    const bodies: string[] = []
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        const body = await request.text()
        bodies.push(body)
        if (body.includes(`"${field}"`)) {
          return Response.json({ message, error: { message } }, { status: 400 })
        }
        if (provider === 'openai') {
          return Response.json({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })
        }
        const output = { message: { role: 'assistant', content: [{ text: 'Hi' }] } }
        return Response.json({ output, stopReason: 'end_turn' })
      },
    })
    const proxy = await startTestProxy(`
providers:
  openai: { base_url: "${server.url.origin}", api_key: x }
  bedrock: { endpoint: "${server.url.origin}", region: us-west-2, api_key: x }
routing:
  models: [{ model: default, provider_sequence: [{ name: ${provider}, variants: [{ model: vendor.x }] }] }]
`)
    const messages = [{ role: 'user', content: 'Hello' }]
    const body = { model: 'x', max_tokens: 10, stop_sequences: ['END'], messages }
    try {
      for (let n = 0; n < 2; n++) expect((await post(proxy.url, body)).status).toBe(200)
      expect(bodies.map((each) => each.includes('END'))).toEqual([true, false, false])
    } finally {
      await proxy.stop(0)
      await server.stop(true)
    }
  },
)
