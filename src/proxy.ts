import http from 'node:http'
import { createAccess } from './access.ts'
import { createApp } from './app.ts'
import { neverBackwards } from './clock.ts'
import type { Config } from './config/config.ts'
import { maskedConfig } from './config/mask.ts'
import { knowsOurIds } from './config/routes.ts'
import { plainTarget } from './config/variants.ts'
import { shuttingDown, UserError } from './errors.ts'
import { createJournal, type Journal } from './history/journal.ts'
import { historyCutoff, keepOnly } from './history/retention.ts'
import { MOST_IN_MEMORY, openStore } from './history/store.ts'
import { onceAMinute } from './history/warning.ts'
import { createLog } from './log.ts'
import { createCatalog } from './messages/catalog.ts'
import { createConversations } from './messages/conversations.ts'
import { createKeeper } from './payloads/keeper.ts'
import { createPriceOf } from './prices/prices.ts'
import { createProviders } from './providers/index.ts'
import { createRedactor } from './redact.ts'
import { createAffinity } from './routing/affinity.ts'
import { createControls } from './routing/controls.ts'
import { createHealth } from './routing/health.ts'
import { createInFlight } from './routing/in-flight.ts'
import { createLearned } from './routing/learned.ts'
import { createRouter } from './routing/router.ts'
import { createOrdering } from './routing/strategy.ts'
import { createTester } from './routing/tester.ts'
import { createWaitingRoom } from './routing/waiting.ts'
import { VERSION } from './version.ts'

export interface ProxySettings {
  config: Config
  /** Where log lines go. */
  write(line: string): void
  jsonLog: boolean
  now?: () => number
}

export interface RunningProxy {
  /** `http://127.0.0.1:3001`, with the port that was really taken. */
  readonly url: string
  /** Lets streams end for up to `graceMs`, then cuts them; writes every row. */
  stop(graceMs: number): Promise<void>
  /** Cuts what is still in flight. */
  cut(): void
}

/**
 * Builds everything from a configuration, top to bottom, and starts to listen. Throws a sentence
 * when the port is taken or the history cannot be opened.
 */
export function startProxy({
  config,
  write,
  jsonLog,
  now = Date.now,
}: ProxySettings): RunningProxy {
  const { server, routing } = config
  const redact = createRedactor(secretsOf(config))
  const log = createLog({ json: jsonLog, write, now, redact })
  const { path, payloads, payloadBytes, payloadsBytes } = config.history
  const warn = onceAMinute(
    (error) => log.warn(`the history ${path} cannot be written, requests go on: ${causeOf(error)}`),
    now,
  )
  const store = openStore(path, warn, now, payloadsBytes)
  const { history, reader } = store
  const journal = createJournal(history, warn)
  if (journal.problem !== null) warn(journal.problem)
  if (store.brokenAt) {
    log.warn(`the history ${path} was broken; it is kept as ${store.brokenAt}, and begins anew`)
  }
  const { keep } = store.payloads
  const keeper = createKeeper({ payloads, maxBytes: payloadBytes, keep, warn })
  const { retentionMs, maxBytes } = config.history
  const room = store.isStandIn ? Math.min(maxBytes, MOST_IN_MEMORY) : maxBytes
  const cutoff = historyCutoff(history, { retentionMs, maxBytes: room, now })
  const stopRetention = keepOnly(history, { cutoff, warn })
  const stopForgetting = keepOnly(store.signatures, { cutoff: () => now() - SIGNATURES_MS, warn })
  const steady = neverBackwards(now)
  const waitingRoom = createWaitingRoom(steady)
  const onChange = waitingRoom.admit
  const health = createHealth({ ...routing, now: steady, memory: store.memory, onChange })
  const providers = createProviders(config.providers)
  const serviceOf = (name: string) => config.providers.get(name)?.service ?? 'custom'
  const [first] = config.providers.values()
  const passTo = first ? plainTarget('', first, server) : null
  const router = createRouter({ ...routing, passTo })
  const routed = routing.routes.flatMap((route) => route.targets)
  const targets = routing.enable ? routed : passTo ? [passTo] : []
  const takesClaudeIds = routing.enable
    ? routed.some(({ model }) => model === '')
    : first !== undefined && knowsOurIds(first)
  const startedAt = now()
  const inFlight = createInFlight()
  const learned = createLearned(store.memory)
  const shutdown = new AbortController()
  let draining = false

  const problems = () => {
    if (providers.size === 0) return ['no provider is configured']
    const unusable = [...providers.values()].map(({ unusable }) => unusable)
    if (!unusable.includes(null)) return unusable.filter((reason) => reason !== null)
    const areAllPaused = targets.every((target) => health.blocked(target)?.kind === 'paused')
    return areAllPaused && targets.length > 0 ? ['every target is paused'] : []
  }
  const tester = createTester({
    providers,
    health,
    learned,
    signatures: store.signatures,
    inFlight,
    now,
    redact,
    shutdownSignal: shutdown.signal,
  })
  const routes = routing.enable ? routing.routes : []
  const aheadMs = () => steady() - now()
  const controls = createControls(targets, { providers, health, learned, routes, tester, aheadMs })

  const app = createApp({
    ...server,
    access: createAccess(server),
    router,
    providers,
    health,
    inFlight,
    learned,
    signatures: store.signatures,
    shutdownSignal: shutdown.signal,
    history,
    reader,
    revision: () => `${startedAt}.${journal.written}`,
    journal,
    conversations: createConversations(),
    keeper,
    log,
    redact,
    now,
    steadyNow: steady,
    limits: server,
    ...routing,
    affinity: routing.affinity ? createAffinity(steady) : null,
    ordering: createOrdering(health),
    priceOf: createPriceOf(config.prices, serviceOf),
    waitingRoom,
    catalog: createCatalog({
      router,
      routes,
      providers,
      takesClaudeIds,
    }),
    configured: targets,
    problem: () => problemOf(journal),
    ...controls,
    problems,
    isDraining: () => draining,
    debug: async () => ({
      version: VERSION,
      bun: Bun.version,
      uptime_s: Math.round((now() - startedAt) / 1000),
      config: maskedConfig(config),
      targets: controls.targets(),
      // Whoever looks for a fault may have found it: the rest is worth all the more then.
      totals: await reader.summary({ since: 0, until: now() + 1 }).catch(() => null),
      waiting_rows: journal.waiting,
      lost_rows: journal.lost,
    }),
  })

  const listener = listen(app.fetch, config)
  const cut = () => shutdown.abort(shuttingDown())

  let ended: Promise<void> | null = null
  async function end() {
    // We go on listening, so that a client is told 529 and not "connection refused".
    await inFlight.idle()
    await Promise.race([Bun.sleep(FLUSH_MS), listener.stop()])
    await listener.stop(true)
    journal.close()
    if (journal.lost > 0) {
      log.warn(`requests that are not in the history ${path}: ${journal.lost}`)
    }
    await keeper.settled()
    stopRetention()
    stopForgetting()
    store.close()
  }

  return {
    url: listener.url.origin,
    cut,
    async stop(graceMs) {
      draining = true
      const timer = setTimeout(cut, graceMs)
      ended ??= end()
      await ended
      clearTimeout(timer)
    },
  }
}

/** A query that fails is quoted in full, and only its cause says why. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error
}

/** Who comes back to a conversation after this long finds its foreign thoughts taken for Claude's. */
const SIGNATURES_MS = 180 * 24 * 60 * 60_000

/** The rows are written; this is for the last bytes of the last answers to go out. */
const FLUSH_MS = 500

/** Bytes. The filter of a page stands in its address, and what somebody searches for can be long. */
const MOST_HEADERS = 128 * 1024

/** Bun's own limits are lifted: every wait has a timer of ours, and a body its own limit. */
function listen(fetch: (request: Request) => Response | Promise<Response>, { server }: Config) {
  // Beyond it Bun says 431 and nothing else; it has no other place where this can be set.
  Object.assign(http, { maxHeaderSize: MOST_HEADERS })
  try {
    return Bun.serve({
      hostname: server.host,
      port: server.port,
      // In development a stream that we end is printed as if it were an uncaught error; without
      // it, two processes would share one port.
      development: false,
      reusePort: false,
      idleTimeout: 0,
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch,
    })
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : String(error)
    const why =
      reason === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used: ${reason}`
    throw new UserError(`port ${server.port} on ${server.host} ${why}`, error)
  }
}

function problemOf({ problem, waiting, lost }: Journal): string | null {
  if (problem === null) return null
  const counts = `${waiting} requests wait to be written, ${lost} are lost.`
  return `The history cannot be written: ${problem}. ${counts} Requests are answered all the same.`
}

function secretsOf(config: Config): string[] {
  const keys = [...config.providers.values()].map(({ apiKey }) => apiKey)
  return [...config.server.apiKeys, ...keys.filter((key) => key !== null)]
}
