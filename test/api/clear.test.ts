import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { apiRoutes } from '../../src/api/routes.ts'
import { openStore } from '../../src/history/store.ts'
import { noControls } from './controls.ts'

const OPUS = 'bedrock/us.anthropic.claude-opus-4-1-20250805-v1:0@us-west-2'
const TARGETS = [OPUS, 'bedrock/sonnet@us-east-1', 'openrouter/100%/odd?#model', 'groq/a//b']

/** Asks over the API, and tells what the routing was asked to clear. */
function openApi() {
  const asked: string[] = []
  const { reader } = openStore(':memory:', console.error)
  const app = new Elysia().use(
    apiRoutes({
      reader,
      now: Date.now,
      ...noControls,
      clear(id) {
        asked.push(id)
        return TARGETS.filter((target) => target === id || target.startsWith(`${id}/`))
      },
    }),
  )
  return {
    asked,
    post: (path: string) =>
      app.handle(new Request(`http://127.0.0.1:3001/api/providers/${path}`, { method: 'POST' })),
  }
}

describe('POST /api/providers/:id/clear', () => {
  test.each(TARGETS)('clears %s', async (id) => {
    const response = await openApi().post(`${encodeURIComponent(id)}/clear`)

    expect(await response.json()).toEqual({ cleared: [id] })
  })

  test.each([OPUS, 'groq/a//b'])('takes %s as it is, too', async (id) => {
    const response = await openApi().post(`${id}/clear`)

    expect(await response.json()).toEqual({ cleared: [id] })
  })

  test('clears all targets of a provider', async () => {
    const response = await openApi().post('bedrock/clear')

    expect(await response.json()).toEqual({ cleared: [OPUS, 'bedrock/sonnet@us-east-1'] })
  })

  test.each([
    ['bedrock%2Fnone/clear', 'bedrock/none'],
    ['clear/clear', 'clear'],
    ['%zz/clear', '%zz'],
    ['%F0%9F/clear', '%F0%9F'],
    ['..%2f..%2fclear/clear', '../../clear'],
  ])('%s is an error in our shape', async (path, id) => {
    const { asked, post } = openApi()

    const response = await post(path)

    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      type: 'error',
      error: {
        type: 'not_found_error',
        message: `There is no target and no provider "${id}"; GET /api/providers lists them`,
      },
      request_id: expect.stringMatching(/^req_/),
    })
    expect(asked).toEqual([id])
  })

  test.each(['bedrock', 'clear', '/clear', 'bedrock/clear/', 'bedrock/stop'])(
    '%s is nothing',
    async (path) => {
      const { asked, post } = openApi()

      expect((await post(path)).status).toBe(404)
      expect(asked).toEqual([])
    },
  )
})
