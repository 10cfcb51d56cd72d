import { expect, test } from 'bun:test'
import { type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy } from '../support/proxy.ts'

const OUTAGES: Record<string, Step> = {
  'every target says 503': { kind: 'refuse', status: 503 },
  'every target says 500': { kind: 'refuse', status: 500 },
  'every connection is reset': { kind: 'reset' },
  'every answer is a page': { kind: 'body', contentType: 'text/html', body: '<html>' },
  'every stream breaks before its content': { kind: 'error', after: 0 },
}

const REQUESTS = 150
const AT_ONCE = 5

test.each(Object.entries(OUTAGES))('an outage is not multiplied: %s', async (_, step) => {
  const simulator = startSimulator({ mood: () => step })
  const proxy = await startTestProxy(`
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key }
routing:
  retry_timeout_millis: 1
  models:
    - model: default
      provider_sequence:
        - { name: direct, variants: [{ model: claude-opus-5-5 }, { model: claude-haiku-4-5 }] }
        - { name: compatible, variants: [{ model: gpt-4o }] }
`)
  const body = { model: 'opus', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] }
  const ask = async () => {
    const response = await post(proxy.url, { ...body, stream: true })
    await response.text()
    return response.status
  }
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, ask))
    expect(statuses.every((status) => status >= 500)).toBe(true)
  }
  const rows = await (await fetch(`${proxy.url}/api/requests?limit=${REQUESTS}`)).json()
  const attempts = (rows as { requests: { attempt_count: number }[] }).requests
  const calls = attempts.reduce((sum, { attempt_count }) => sum + attempt_count, 0)
  expect(calls / REQUESTS).toBeLessThanOrEqual(1.2)
  await proxy.stop(0)
  await simulator.stop()
})
