import { isLoopback } from './base-url.ts'
import type { ServerConfig } from './config.ts'
import type { Report } from './problem.ts'
import type { Server } from './schema.ts'
import { sizeBytes, timerMs } from './units.ts'

/** The `server` section with its defaults. */
export function resolveServer(section: Server, report: Report): ServerConfig {
  const host = section.host ?? '127.0.0.1'
  const apiKeys = section.api_keys ?? []
  if (!isLoopback(host) && apiKeys.length === 0) {
    report(
      ['server', 'host'],
      `anyone who reaches ${host} could use your keys`,
      'set server.api_keys (or CLAUDE_PROXY_API_KEYS), or listen on 127.0.0.1',
    )
  }
  return {
    host,
    port: Number(section.port ?? 3001),
    readTimeoutMs: timerMs(section.read_timeout ?? '300s'),
    writeTimeoutMs: timerMs(section.write_timeout ?? '300s'),
    idleTimeoutMs: timerMs(section.idle_timeout ?? '300s'),
    connectTimeoutMs: timerMs(section.connect_timeout ?? '10s'),
    firstEventTimeoutMs: timerMs(section.first_event_timeout ?? '120s'),
    requestTimeoutMs: timerMs(section.request_timeout ?? '540s'),
    pingAfterMs: timerMs(section.ping_after ?? '240s'),
    apiKeys,
    allowedHosts: (section.allowed_hosts ?? []).map((name) => name.toLowerCase()),
    maxBodyBytes: sizeBytes(section.max_body ?? '32MB'),
  }
}
