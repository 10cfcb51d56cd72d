import { startSimulator } from '../../src/simulator/simulator.ts'
import { FULL } from './rig.ts'

/*
 * The two stand-ins of the bench, each in a process of its own:
 *   bun servers.ts simulator      the providers
 *   bun servers.ts bare <url>     what Bun alone needs to hand requests on
 * Each writes its address on a line.
 */

/** With what opens and closes the message they make 200 events. */
const DELTAS = 194

const [role, upstream] = Bun.argv.slice(2)
console.log(role === 'simulator' ? simulator() : bare(upstream ?? ''))

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
