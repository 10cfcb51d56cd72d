import { startSimulator } from '../../src/simulator/simulator.ts'
import { FULL } from './rig.ts'

/*
 * The stand-ins of the benches, each in a process of its own:
 *   bun servers.ts simulator      the providers
 *   bun servers.ts bare <url>     what Bun alone needs to hand requests on
 *   bun servers.ts ticker         a provider whose streams say what time it is
 * Each writes its address on a line.
 */

/** With what opens and closes the message they make 200 events. */
const DELTAS = 194

const TICK_MS = 25
const STREAM_MS = 30_000

const [role, upstream] = Bun.argv.slice(2)
const roles: Record<string, () => string> = { simulator, ticker, bare: () => bare(upstream ?? '') }
console.log(roles[role ?? '']?.())

function simulator(): string {
  return startSimulator({
    mood: ({ model }) =>
      model === FULL ? { kind: 'refuse', status: 429 } : { kind: 'text', deltas: DELTAS },
  }).url
}

/** The least a proxy can do: the same bytes in, the same bytes out, and nothing known of either. */
function bare(upstream: string): string {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      const { status, body, headers } = await fetch(`${upstream}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        body: await request.bytes(),
      })
      return new Response(body, { status, headers })
    },
  })
  return server.url.origin
}

/** Streams an event every `TICK_MS` that says when it was sent, in ms since 1970, for `STREAM_MS`. */
function ticker(): string {
  const event = (type: string, data: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'ticker', content: [] }
  const usage = { input_tokens: 10, output_tokens: 1 }
  async function* ticks() {
    yield event('message_start', { message: { ...message, stop_reason: null, usage } })
    yield event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    for (const end = Date.now() + STREAM_MS; Date.now() < end; await Bun.sleep(TICK_MS)) {
      const text = `${performance.timeOrigin + performance.now()} `
      yield event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
    }
    yield event('content_block_stop', { index: 0 })
    yield event('message_delta', { delta: { stop_reason: 'end_turn' }, usage })
    yield event('message_stop', {})
  }
  const headers = { 'content-type': 'text/event-stream' }
  const fetch = () => new Response(ticks(), { headers })
  return Bun.serve({ hostname: '127.0.0.1', port: 0, idleTimeout: 0, fetch }).url.origin
}
