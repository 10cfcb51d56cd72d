/** An upstream that checks nothing: for what the strict simulator would refuse, and for odd bytes. */
export interface Upstream {
  readonly url: string
  /** What arrived, oldest first. */
  readonly requests: { path: string; headers: Headers; bytes: Uint8Array }[]
  /** What everybody is answered from now on. */
  answer(body: string | Uint8Array, init?: ResponseInit): void
  stop(): Promise<void>
}

const MESSAGE = '{"type":"message","content":[],"usage":{"input_tokens":1,"output_tokens":1}}'

export function startUpstream(): Upstream {
  const requests: Upstream['requests'] = []
  let answer = () => new Response(MESSAGE, { headers: { 'content-type': 'application/json' } })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const bytes = await request.bytes()
      requests.push({ path: pathname + search, headers: request.headers, bytes })
      return answer()
    },
  })
  return {
    url: server.url.origin,
    requests,
    answer(body, init) {
      answer = () => new Response(body, init)
    },
    stop: () => server.stop(true),
  }
}
