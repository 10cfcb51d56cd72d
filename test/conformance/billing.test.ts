import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { LANES, lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(lanesYaml(simulator))
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const LINE = 'x-anthropic-billing-header: cc_version=2.1.330; cc_entrypoint=cli;'
const IDENTITY = { type: 'text', text: 'You are kind.', cache_control: { type: 'ephemeral' } }

describe.each(LANES)('the billing line on the $lane lane, which is not Anthropic', ({ lane }) => {
  test.each<[string, unknown]>([
    ['as the first block', [{ type: 'text', text: LINE }, IDENTITY]],
    ['as the only block', [{ type: 'text', text: LINE }]],
    ['as the first line of a text', `${LINE}\nYou are kind.`],
    ['as all there is', LINE],
  ])('%s is left out', async (_, system) => {
    const messages = [{ role: 'user', content: 'Hi' }]
    expect((await post(proxy.url, { model: lane, max_tokens: 10, system, messages })).status).toBe(
      200,
    )
    const sent = simulator.calls.at(-1)?.text ?? ''
    expect(sent).not.toContain('billing')
    expect(sent.includes('You are kind.')).toBe(JSON.stringify(system).includes('You are kind.'))
  })

  test('stays where somebody only talks about it', async () => {
    const system = [IDENTITY, { type: 'text', text: `${LINE} is what it looks like.` }]
    const messages = [{ role: 'user', content: LINE }]
    await post(proxy.url, { model: lane, max_tokens: 10, system, messages })
    expect(simulator.calls.at(-1)?.text).toContain('is what it looks like')
  })
})
