import { Elysia } from 'elysia'
import { dashboardRoutes } from '../../src/dashboard/routes.ts'
import { ProxyError } from '../../src/errors.ts'
import type { Payload } from '../../src/history/answers.ts'
import type { Reader } from '../../src/history/reader.ts'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { openStore } from '../../src/history/store.ts'
import type { TestResult } from '../../src/routing/greeting.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { NO_BILL, NO_LEDGER } from '../history/rows.ts'

/** A Sunday afternoon; every test happens then. */
export const NOW = Date.UTC(2026, 10, 22, 13, 17, 5)

/** The dashboard over a history of its own, and a browser that fetches from it. */
export function openDashboard(
  cast: TargetState[] = [],
  payloads: ReadonlyMap<string, Payload> = new Map(),
  /** What the history answers otherwise than from its rows. */
  answers: Partial<Reader> = {},
) {
  let targets = cast
  const { history, reader } = openStore(':memory:', console.error)
  let revision = 0
  let problem: string | null = null
  const app = new Elysia().use(
    dashboardRoutes({
      reader: { ...reader, payload: async (id) => payloads.get(id) ?? null, ...answers },
      revision: () => String(revision),
      targets: () => targets,
      clear: (id) => change(id, READY),
      pause: (id) => change(id, { ...READY, state: 'paused' }),
      resume: (id) => change(id, READY),
      test,
      problem: () => problem,
      now: () => NOW,
    }),
  )

  function change(id: string, changes: Partial<TargetState>): string[] {
    targets = targets.map((target) => (target.id === id ? { ...target, ...changes } : target))
    return targets.map((target) => target.id).filter((known) => known === id)
  }

  async function test(id: string): Promise<TestResult> {
    const last = aTestResult()
    if (change(id, { test: { ...UNTESTED, last } }).length > 0) return last
    throw new ProxyError('not_found_error', `There is no target "${id}"`)
  }

  return {
    history: {
      record(...row: Parameters<typeof history.record>) {
        history.record(...row)
        revision++
      },
    },
    /** From now on the history cannot be written. */
    breakHistory(sentence: string) {
      problem = sentence
    },
    reader,
    app,
    fetch(path: string, headers: Record<string, string> = {}): Promise<Response> {
      return app.handle(new Request(`http://127.0.0.1:3001${path}`, { headers }))
    },
    submit(path: string): Promise<Response> {
      return app.handle(new Request(`http://127.0.0.1:3001${path}`, { method: 'POST' }))
    },
    async read(path: string): Promise<string> {
      const response = await app.handle(new Request(`http://127.0.0.1:3001${path}`))
      return await response.text()
    },
  }
}

const READY = { state: 'ready', reason: null, until: null } satisfies Partial<TargetState>

/** Claude Code asking for Sonnet, answered by Bedrock a minute ago. */
export function aRequest(changes: Partial<RequestRow> = {}): RequestRow {
  return {
    id: 'req_01a20376-5504-7781-b8c5-bb3830b17fd0',
    created_at: NOW - 60_000,
    session_id: null,
    agent: null,
    is_background: false,
    requested_model: 'claude-sonnet-4-5',
    provider: 'bedrock',
    served_model: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
    region: 'us-west-2',
    stream: true,
    status: 200,
    state: 'complete',
    attempt_count: 1,
    input_tokens: 1200,
    output_tokens: 300,
    cache_read_input_tokens: 8000,
    cache_creation_input_tokens: 500,
    cache_creation_5m_input_tokens: 500,
    cache_creation_1h_input_tokens: 0,
    thinking_tokens: null,
    web_search_requests: null,
    usage_estimated: false,
    price: null,
    cost_usd: null,
    first_event_ms: 800,
    duration_ms: 4200,
    error: null,
    ...NO_LEDGER,
    ...changes,
  }
}

export function anAttempt(changes: Partial<AttemptRow> = {}): AttemptRow {
  return {
    provider: 'bedrock',
    model: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
    region: 'us-west-2',
    status: 200,
    outcome: 'ok',
    error: null,
    started_ms: 0,
    first_event_ms: 800,
    duration_ms: 4200,
    reason: 'next in order',
    wait_ms: 0,
    headers_ms: null,
    retry_after_ms: null,
    error_shape: null,
    ...NO_BILL,
    ...changes,
  }
}

export function aTarget(changes: Partial<TargetState> = {}): TargetState {
  return {
    id: 'bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0@us-west-2',
    provider: 'bedrock',
    model: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
    region: 'us-west-2',
    state: 'ready',
    reason: null,
    until: null,
    in_flight: 0,
    requests_last_minute: 1,
    tokens_last_minute: 10_000,
    rpm: 2,
    tpm: null,
    max_concurrent: null,
    learned_rpm: null,
    learned_tpm: null,
    first_event_ms: null,
    unsupported: [],
    strip: [],
    routes: [{ model: 'default', place: 1 }],
    test: UNTESTED,
    ...changes,
  }
}

export const UNTESTED = { obstacle: null, running_since: null, last: null }

/** A test of a minute ago that went well. */
export function aTestResult(changes: Partial<TestResult> = {}): TestResult {
  return {
    at: NOW - 60_000,
    outcome: 'ok',
    model: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
    first_event_ms: 412,
    duration_ms: 530,
    text: 'Hi! How can I help?',
    error: null,
    advice: null,
    ...changes,
  }
}
