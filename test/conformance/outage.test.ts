import { describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const OUTAGES: Record<string, Step> = {
  'every target says 503': { kind: 'refuse', status: 503 },
  'every target says 500': { kind: 'refuse', status: 500 },
  'every connection is reset': { kind: 'reset' },
  'every answer is a page': { kind: 'body', contentType: 'text/html', body: '<html>' },
  'every stream breaks before its content': { kind: 'error', after: 0 },
}

const REQUESTS = 150

/** How the requests of an outage come: so many at once, and so many ms between two such bursts. */
const RUSHES: Record<string, { atOnce: number; everyMs: number }> = {
  'five at a time': { atOnce: 5, everyMs: 0 },
  'one every 4 s for ten minutes': { atOnce: 1, everyMs: 4000 },
}

describe.each(Object.entries(RUSHES))('an outage is not multiplied, %s', (_, rush) => {
  test.each(Object.entries(OUTAGES))('%s', async (_, step) => {
    expect(await callsARequest(step, rush)).toBeLessThanOrEqual(1.2)
  })
})

/** How often the targets were asked for each request of a client. */
async function callsARequest(step: Step, { atOnce, everyMs }: (typeof RUSHES)[string]) {
  const simulator = startSimulator({ mood: () => step })
  let time = Date.now()
  const proxy = await startTestProxy(yaml(simulator), { now: () => time })
  for (let sent = 0; sent < REQUESTS; sent += atOnce) {
    const asked = Array.from({ length: atOnce }, () => ask(proxy))
    const statuses = await Promise.all(asked)
    expect(statuses.every((status) => status >= 500)).toBe(true)
    time += everyMs
  }
  const calls = simulator.calls.length
  await proxy.stop(0)
  await simulator.stop()
  return calls / REQUESTS
}

const yaml = ({ url }: Simulator) => `
providers:
  direct: { type: anthropic, base_url: "${url}", api_key: key }
  compatible: { type: openai, base_url: "${url}/v1", api_key: key }
routing:
  retry_timeout_millis: 1
  models:
    - model: default
      provider_sequence:
        - { name: direct, variants: [{ model: claude-opus-5-5 }, { model: claude-haiku-4-5 }] }
        - { name: compatible, variants: [{ model: gpt-4o }] }
`

async function ask({ url }: TestProxy): Promise<number> {
  const response = await post(url, {
    model: 'opus',
    stream: true,
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hello' }],
  })
  await response.text()
  return response.status
}
