import type { AttemptRow, Bill, RequestRow } from '../../src/history/schema.ts'

/** Of an attempt that had no answer. */
export const NO_BILL: Bill = {
  input_tokens: null,
  output_tokens: null,
  cache_read_input_tokens: null,
  cache_creation_input_tokens: null,
  cache_creation_5m_input_tokens: null,
  cache_creation_1h_input_tokens: null,
  thinking_tokens: null,
  web_search_requests: null,
  usage_estimated: false,
  price: null,
  cost_usd: null,
}

/** Of a request that its preferred target answered, in whose prompt nothing changed. */
export const NO_LEDGER = {
  preferred_provider: null,
  preferred_model: null,
  throttles_absorbed: 0,
  wait_avoided_ms: 0,
  extra_cost_usd: null,
  is_weaker: false,
  partial_cost_usd: null,
  prefix_change: null,
  cache_lost_why: null,
  cache_lost_tokens: 0,
  cache_lost_usd: null,
  error_shape: null,
  replay_of: null,
} satisfies Partial<RequestRow>

/** The row of a request that went well; the number says its place in time. */
export const aRow = (number: number, changes: Partial<RequestRow> = {}): RequestRow => ({
  id: `req_${String(number).padStart(4, '0')}`,
  created_at: number,
  session_id: null,
  agent: null,
  is_background: false,
  requested_model: 'claude-opus-5-5',
  provider: 'bedrock',
  served_model: 'us.anthropic.claude-opus-5-5',
  region: 'us-west-2',
  stream: true,
  status: 200,
  state: 'complete',
  attempt_count: 1,
  ...NO_BILL,
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 100,
  first_event_ms: 12.5,
  duration_ms: 50,
  error: null,
  ...NO_LEDGER,
  ...changes,
})

export const anAttempt = (changes: Partial<AttemptRow> = {}): AttemptRow => ({
  provider: 'bedrock',
  model: 'us.anthropic.claude-opus-5-5',
  region: 'us-west-2',
  status: 200,
  outcome: 'ok',
  error: null,
  started_ms: 0,
  first_event_ms: 12.5,
  duration_ms: 50,
  reason: 'next in order',
  wait_ms: 0,
  headers_ms: null,
  retry_after_ms: null,
  error_shape: null,
  ...NO_BILL,
  ...changes,
})
