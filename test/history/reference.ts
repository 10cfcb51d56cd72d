import type {
  Buckets,
  ErrorGroup,
  Facets,
  SessionSummary,
  Spent,
  Summary,
  TargetHistory,
} from '../../src/history/answers.ts'
import { FACETS } from '../../src/history/answers.ts'
import type { Filter } from '../../src/history/filter.ts'
import { STATES } from '../../src/history/filter-query.ts'
import type { Queries } from '../../src/history/reader.ts'
import type { AttemptRow, RequestRow, RequestState } from '../../src/history/schema.ts'

/** A request as it was recorded. */
export interface Recorded {
  request: RequestRow
  attempts: AttemptRow[]
}

type Answered = Omit<Queries, 'page' | 'rows' | 'find' | 'neighbours' | 'payload' | 'oldest'>

/** The answers made in the plainest way, by looking at every row. */
export function createReference(recorded: Recorded[]): Answered {
  const rowsOf = (filter: Filter = {}): RequestRow[] =>
    recorded.map(({ request }) => request).filter((row) => takes(filter, row))

  return {
    summary: (span) => summaryOf(rowsOf({ ...span })),

    series(buckets) {
      const rows = rowsOf({ since: buckets.since, until: buckets.until })
      const cut = pieces(buckets, rows, (row) => row.created_at)
      const summaries = cut.map((piece) => summaryOf(piece))
      const targets = [...Map.groupBy(rows, (row) => targetName(row))]
        .map(([target, of]) => ({ target, cost: sum(of, (row) => row.cost_usd ?? 0) }))
        .filter(({ cost }) => cost > 0)
        .sort((a, b) => b.cost - a.cost || compare(a.target, b.target))
        .map(({ target }) => target)
      const shown = targets.length > 5 ? targets.slice(0, 4) : targets
      const costs = (takes: (target: string) => boolean) =>
        cut.map((piece) =>
          sum(
            piece.filter((row) => takes(targetName(row))),
            (row) => row.cost_usd ?? 0,
          ),
        )
      const others =
        shown.length < targets.length
          ? [{ target: 'other', values: costs((name) => !shown.includes(name)) }]
          : []
      return {
        ...histogramOf(buckets, rows),
        first_event_p50_ms: summaries.map((one) => one.first_event_p50_ms),
        first_event_p95_ms: summaries.map((one) => one.first_event_p95_ms),
        duration_p50_ms: summaries.map((one) => one.duration_p50_ms),
        duration_p95_ms: summaries.map((one) => one.duration_p95_ms),
        tokens: {
          input_tokens: summaries.map((one) => one.input_tokens),
          output_tokens: summaries.map((one) => one.output_tokens),
          cache_read_input_tokens: summaries.map((one) => one.cache_read_input_tokens),
          cache_creation_input_tokens: summaries.map((one) => one.cache_creation_input_tokens),
        },
        cost_by_target: [
          ...shown.map((target) => ({ target, values: costs((name) => name === target) })),
          ...others,
        ],
      }
    },

    topModels(span, limit) {
      const rows = rowsOf({ ...span }).filter((row) => row.served_model !== null)
      return [...Map.groupBy(rows, (row) => `${row.provider}\n${row.served_model}`).values()]
        .map((of) => ({
          provider: of[0]?.provider ?? '',
          model: of[0]?.served_model ?? '',
          requests: of.length,
          succeeded: of.filter(({ state }) => state === 'complete').length,
          ...spentOf(of),
        }))
        .sort(
          (a, b) =>
            (b.cost_usd ?? 0) - (a.cost_usd ?? 0) ||
            b.total_tokens - a.total_tokens ||
            compare(a.provider, b.provider) ||
            compare(a.model, b.model),
        )
        .slice(0, limit)
    },

    histogram: (filter, buckets) => ({
      ...histogramOf(
        buckets,
        rowsOf(filter).filter(
          (row) => row.created_at >= buckets.since && row.created_at < buckets.until,
        ),
      ),
      counted_since: null,
    }),

    facets(filter) {
      const values = FACETS.map((facet) => {
        const { [facet]: _, ...others } = filter
        const counts = new Map<string, number>()
        for (const row of rowsOf(others)) {
          const value = facet === 'fell_back' ? row.attempt_count > 1 : row[facet]
          if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
        }
        const sorted = [...counts].map(([value, count]) => ({ value, count }))
        return [
          facet,
          sorted.sort((a, b) => b.count - a.count || compare(a.value, b.value)).slice(0, 50),
        ]
      })
      return Object.fromEntries(values) as Facets
    },

    errors(buckets) {
      const within = recorded.filter(({ request }) => takes(spanOf(buckets), request))
      const tried = within.flatMap(({ request, attempts }) =>
        attempts.filter(isFailure).map((attempt) => ({ ...attempt, request })),
      )
      const alone = within
        .map(({ request }) => request)
        .filter((row) => row.attempt_count === 0 && row.error !== null)
        .filter((row) => row.state !== 'client_closed')
        .map((request) => ({
          provider: null,
          model: null,
          outcome: request.state,
          error: request.error ?? '',
          error_shape: request.error_shape,
          status: request.status,
          request,
        }))
      const all = [...tried, ...alone]
      const key = (one: (typeof all)[number]) =>
        [one.provider, one.model, one.outcome, one.error_shape ?? one.error].join('\n')
      return [...Map.groupBy(all, key).values()]
        .map((of): ErrorGroup => {
          const times = of.map(({ request }) => request.created_at)
          const last = of.toSorted((a, b) => a.request.created_at - b.request.created_at).at(-1)
          if (!last) throw new Error('a group has members')
          return {
            provider: last.provider,
            model: last.model,
            outcome: last.outcome,
            shape: last.error_shape ?? last.error ?? '',
            example: last.error ?? '',
            status: last.status,
            request_id: last.request.id,
            count: of.length,
            absorbed: of.filter(({ request }) => request.state === 'complete').length,
            first_seen: Math.min(...times),
            last_seen: Math.max(...times),
            counts: pieces(buckets, of, ({ request }) => request.created_at).map(
              (piece) => piece.length,
            ),
          }
        })
        .sort(
          (a, b) => b.count - a.count || b.last_seen - a.last_seen || compare(keyOf(a), keyOf(b)),
        )
        .slice(0, 100)
    },

    sessions({ since = 0, until = Number.POSITIVE_INFINITY, order, limit, offset }) {
      const sessions = sessionsOf(rowsOf()).filter(
        ({ last_seen, first_seen }) => last_seen >= since && first_seen < until,
      )
      sessions.sort(
        (a, b) =>
          (b[order] ?? 0) - (a[order] ?? 0) ||
          b.last_seen - a.last_seen ||
          compare(a.session_id, b.session_id),
      )
      return { sessions: sessions.slice(offset, offset + limit), total: sessions.length }
    },

    session: (id) => sessionsOf(rowsOf({ session_id: id }))[0] ?? null,

    targets(buckets) {
      const tried = recorded
        .filter(({ request }) => takes(spanOf(buckets), request))
        .toSorted((a, b) => a.request.created_at - b.request.created_at)
        .flatMap(({ request, attempts }) =>
          attempts.map((attempt) => ({
            ...attempt,
            at: request.created_at,
            request_id: request.id,
          })),
        )
      const key = (one: (typeof tried)[number]) => [one.provider, one.model, one.region].join('\n')
      return [...Map.groupBy(tried, key).values()].map((of): TargetHistory => {
        const over = of.filter(({ outcome }) => outcome !== 'aborted')
        const ok = of.filter(({ outcome }) => outcome === 'ok')
        const last = of.filter(isFailure).at(-1)
        const cut = pieces(buckets, of, ({ at }) => at)
        return {
          provider: of[0]?.provider ?? '',
          model: of[0]?.model ?? '',
          region: of[0]?.region ?? null,
          attempts: over.length,
          succeeded: ok.length,
          attempts_over_time: cut.map(
            (piece) => piece.filter(({ outcome }) => outcome !== 'aborted').length,
          ),
          succeeded_over_time: cut.map(
            (piece) => piece.filter(({ outcome }) => outcome === 'ok').length,
          ),
          first_event_over_time: cut.map((piece) => mean(piece.map((one) => one.first_event_ms))),
          last_error: last
            ? {
                outcome: last.outcome,
                error: last.error ?? '',
                at: last.at,
                request_id: last.request_id,
              }
            : null,
        }
      })
    },
  }
}

/** What a filter means. */
export function takes(filter: Filter, row: RequestRow): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY, fell_back, search, ...others } = filter
  const { min_duration_ms = 0, min_cost_usd, ...exact } = others
  const error = row.error?.toLowerCase()
  return (
    row.created_at >= since &&
    row.created_at < until &&
    Object.entries(exact).every(([name, value]) => row[name as keyof RequestRow] === value) &&
    (fell_back === undefined || fell_back === row.attempt_count > 1) &&
    row.duration_ms >= min_duration_ms &&
    (min_cost_usd === undefined || (row.cost_usd ?? -1) >= min_cost_usd) &&
    (search === undefined ||
      error?.includes(search.toLowerCase()) === true ||
      (search.startsWith('req_') && row.id.startsWith(search)))
  )
}

function spanOf({ since, until }: Buckets): Filter {
  return { since, until }
}

function isFailure({ outcome, error }: AttemptRow): boolean {
  return error !== null && outcome !== 'ok' && outcome !== 'aborted'
}

function keyOf({ provider, model, outcome, shape }: ErrorGroup): string {
  return JSON.stringify([provider, model, outcome, shape])
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function targetName(row: RequestRow): string {
  return row.region ? `${row.served_model ?? ''} ${row.region}` : (row.served_model ?? '')
}

function histogramOf(buckets: Buckets, rows: RequestRow[]) {
  const cut = pieces(buckets, rows, (row) => row.created_at)
  const counts = (state: RequestState) =>
    cut.map((piece) => piece.filter((row) => row.state === state).length)
  return {
    buckets: startsOf(buckets),
    bucket_ms: buckets.bucketMs,
    requests: Object.fromEntries(STATES.map((state) => [state, counts(state)])) as Record<
      RequestState,
      number[]
    >,
  }
}

function startsOf({ since, until, bucketMs }: Buckets): number[] {
  const first = Math.floor(since / bucketMs) * bucketMs
  const length = Math.max(0, Math.ceil((until - first) / bucketMs))
  return Array.from({ length }, (_, index) => first + index * bucketMs)
}

function pieces<T>(buckets: Buckets, items: T[], timeOf: (item: T) => number): T[][] {
  const byStart = Map.groupBy(
    items,
    (item) => Math.floor(timeOf(item) / buckets.bucketMs) * buckets.bucketMs,
  )
  return startsOf(buckets).map((start) => byStart.get(start) ?? [])
}

function summaryOf(rows: RequestRow[]): Summary {
  const complete = rows.filter(({ state }) => state === 'complete')
  const first = rows.map((row) => row.first_event_ms)
  const durations = complete.map((row) => row.duration_ms)
  const spent = spentOf(rows)
  const states = Object.fromEntries(
    STATES.map((state) => [state, rows.filter((row) => row.state === state).length]),
  ) as Summary['states']
  return {
    requests: rows.length,
    succeeded: complete.length,
    success_rate: rows.length === 0 ? null : complete.length / rows.length,
    states,
    fallbacks: complete.filter((row) => row.attempt_count > 1).length,
    average_tokens: rows.length === 0 ? null : spent.total_tokens / rows.length,
    average_duration_ms: mean(rows.map((row) => row.duration_ms)),
    first_event_p50_ms: percentile(first, 0.5),
    first_event_p95_ms: percentile(first, 0.95),
    duration_p50_ms: percentile(durations, 0.5),
    duration_p95_ms: percentile(durations, 0.95),
    ...spent,
    ledger: {
      throttles_absorbed: sum(rows, (row) => row.throttles_absorbed),
      wait_avoided_ms: sum(rows, (row) => row.wait_avoided_ms),
      extra_cost_usd: sum(rows, (row) => row.extra_cost_usd ?? 0),
      weaker_turns: rows.filter((row) => row.is_weaker).length,
      partial_streams: rows.filter(
        ({ state, partial_cost_usd }) => state === 'partial' || partial_cost_usd !== null,
      ).length,
      partial_cost_usd: sum(rows, (row) => row.partial_cost_usd ?? 0),
      cache_lost_tokens: sum(rows, (row) => row.cache_lost_tokens),
      cache_lost_usd: sum(rows, (row) => row.cache_lost_usd ?? 0),
    },
  }
}

function spentOf(rows: RequestRow[]): Spent {
  const input = sum(rows, (row) => row.input_tokens ?? 0)
  const output = sum(rows, (row) => row.output_tokens ?? 0)
  const read = sum(rows, (row) => row.cache_read_input_tokens ?? 0)
  const write = sum(rows, (row) => row.cache_creation_input_tokens ?? 0)
  const priced = rows.filter(({ cost_usd }) => cost_usd !== null)
  const taken = input + read + write
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write,
    thinking_tokens: sum(rows, (row) => row.thinking_tokens ?? 0),
    total_tokens: taken + output,
    cache_hit_share: taken === 0 ? null : read / taken,
    cost_usd: priced.length === 0 ? null : sum(priced, (row) => row.cost_usd ?? 0),
    unpriced: rows.filter((row) => row.first_event_ms !== null && row.cost_usd === null).length,
  }
}

function sessionsOf(rows: RequestRow[]): SessionSummary[] {
  const known = rows.filter(({ session_id }) => session_id !== null)
  return [...Map.groupBy(known, (row) => row.session_id ?? '')].map(([session_id, of]) => ({
    session_id,
    first_seen: Math.min(...of.map((row) => row.created_at)),
    last_seen: Math.max(...of.map((row) => row.created_at)),
    requests: of.length,
    turns: of.filter((row) => !row.is_background).length,
    failed: of.filter(({ state }) => state !== 'complete' && state !== 'client_closed').length,
    fallbacks: of.filter((row) => row.state === 'complete' && row.attempt_count > 1).length,
    ...spentOf(of),
    cache_busts: of.filter((row) => row.cache_lost_why !== null).length,
    cache_lost_tokens: sum(of, (row) => row.cache_lost_tokens),
    cache_lost_usd: sum(of, (row) => row.cache_lost_usd ?? 0),
  }))
}

function percentile(values: (number | null)[], share: number): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : sum(known, (value) => value) / known.length
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
