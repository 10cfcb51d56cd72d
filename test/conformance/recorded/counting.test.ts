import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { startTestProxy, type TestProxy } from '../../support/proxy.ts'
import { RECORDED, recorded, recordedReply } from '../../support/recorded.ts'
import { type Player, startPlayer } from './player.ts'
import { COUNTS, type Row } from './recordings.ts'
import { yamlFor } from './stage.ts'

let player: Player
let proxy: TestProxy
beforeAll(() => {
  player = startPlayer()
})
afterAll(() => player.stop())
afterEach(() => proxy?.stop(0))

describe.skipIf(!RECORDED)('a recorded token count', () => {
  test.each(COUNTS)(
    'is what the client gets, else an estimate that says so: $name',
    async (row) => {
      player.play(await recordedReply(row.name))
      proxy = await startTestProxy(await yamlFor(row, player.url))
      const response = await fetch(`${proxy.url}/v1/messages/count_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'any', ...(await countedBody(row)) }),
      })
      const said = await response.text()
      expect([response.status, said]).toEqual([200, expect.stringContaining('input_tokens')])
      const { input_tokens } = JSON.parse(said)
      expect(input_tokens).toBeGreaterThan(0)
      if (row.tokens !== null) expect(input_tokens).toBe(row.tokens)
      expect(response.headers.get('x-proxy-estimate')).toBe(row.tokens === null ? 'true' : null)
    },
  )
})

/** Bedrock is given the body in base64, as it would be given to InvokeModel. */
async function countedBody({ name }: Row): Promise<Record<string, unknown>> {
  const { body } = (await recorded(name)).request
  const invoked = body as { input?: { invokeModel?: { body: string } } }
  const encoded = invoked.input?.invokeModel?.body
  if (encoded === undefined) return { ...body, model: 'any' }
  const { anthropic_version, anthropic_beta, max_tokens, ...asked } = JSON.parse(
    Buffer.from(encoded, 'base64').toString(),
  )
  return asked
}
