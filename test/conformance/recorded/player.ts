import type { Reply } from '../../support/recorded.ts'

/** A service on loopback that gives one recorded answer to whatever it is asked. */
export interface Player {
  readonly url: string
  play(reply: Reply): void
  stop(): Promise<void>
}

export function startPlayer(): Player {
  let playing: Reply | null = null
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      await request.arrayBuffer()
      if (!playing) return new Response('nothing is played', { status: 500 })
      const { status, headers, body } = playing
      return new Response(Buffer.from(body), { status, headers })
    },
  })
  return {
    url: server.url.origin,
    play(reply) {
      playing = reply
    },
    stop: () => server.stop(true),
  }
}
