import { readConfig } from '../../src/config/load.ts'
import type { RequestPage } from '../../src/history/history.ts'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { type RunningProxy, startProxy } from '../../src/proxy.ts'

export interface TestProxy extends RunningProxy {
  /** Every line it logged. */
  readonly lines: string[]
  /** The row of a request and its attempts, through the API. */
  request(id: string): Promise<RequestRow & { attempts: AttemptRow[] }>
  requests(): Promise<RequestRow[]>
}

/** A proxy on a free port, configured by this YAML, with a history in memory or in this file. */
export async function startTestProxy(yaml: string, db = ':memory:'): Promise<TestProxy> {
  const lines: string[] = []
  const config = await readConfig(yaml, {
    env: {},
    homeDir: '/nowhere',
    executableDir: '/nowhere',
    port: 0,
    db,
  })
  const proxy = startProxy({ config, write: (line) => lines.push(line), jsonLog: false })
  const get = async (path: string) => {
    const response = await fetch(`${proxy.url}${path}`)
    return response.json() as Promise<unknown>
  }
  return {
    ...proxy,
    lines,
    request: (id) => get(`/api/requests/${id}`) as ReturnType<TestProxy['request']>,
    requests: async () => ((await get('/api/requests')) as RequestPage).requests,
  }
}
