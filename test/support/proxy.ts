import { readConfig } from '../../src/config/load.ts'
import type { Payload, RequestPage } from '../../src/history/answers.ts'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { type RunningProxy, startProxy } from '../../src/proxy.ts'

export interface TestProxy extends RunningProxy {
  /** Every line it logged. */
  readonly lines: string[]
  /** Resolves once a line with this text has been logged. */
  logged(text: string): Promise<void>
  /** The row of a request and its attempts, through the API. */
  request(id: string): Promise<RequestRow & { attempts: AttemptRow[] }>
  requests(): Promise<RequestRow[]>
  /** What was kept of a request, as soon as it is. */
  kept(id: string): Promise<Payload>
}

/** The file of its history, else it is in memory; and its clock, in Unix ms. */
export interface TestProxyOptions {
  db?: string
  now?: () => number
}

/** A proxy on a free port, configured by this YAML. */
export async function startTestProxy(
  yaml: string,
  { db = ':memory:', now = Date.now }: TestProxyOptions = {},
): Promise<TestProxy> {
  const lines: string[] = []
  const waiting: { text: string; resolve: () => void }[] = []
  const write = (line: string) => {
    lines.push(line)
    for (const { text, resolve } of waiting) if (line.includes(text)) resolve()
  }
  const config = await readConfig(yaml, {
    env: {},
    homeDir: '/nowhere',
    executableDir: '/nowhere',
    port: 0,
    db,
  })
  const proxy = startProxy({ config, write, jsonLog: false, now })
  const get = async (path: string) => {
    const response = await fetch(`${proxy.url}${path}`)
    return response.json() as Promise<unknown>
  }
  return {
    ...proxy,
    lines,
    logged(text) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push({ text, resolve })
      if (lines.some((line) => line.includes(text))) resolve()
      return promise
    },
    request: (id) => get(`/api/requests/${id}`) as ReturnType<TestProxy['request']>,
    async kept(id) {
      for (;;) {
        const response = await fetch(`${proxy.url}/api/requests/${id}/payload`)
        if (response.ok) return (await response.json()) as Payload
      }
    },
    requests: async () => ((await get('/api/requests')) as RequestPage).requests,
  }
}
