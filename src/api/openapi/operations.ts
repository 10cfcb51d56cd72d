import type { TSchema } from 'typebox'
import * as figures from './figures.ts'
import {
  BUCKETS,
  FILTER,
  id,
  type Parameter,
  PLACE,
  PREVIOUS,
  SESSIONS,
  SPAN,
  TIMED_FILTER,
  TOP,
} from './parameters.ts'
import * as requests from './requests.ts'
import * as service from './service.ts'
import * as targets from './targets.ts'

/** One thing that can be asked of us over HTTP. */
export interface Operation {
  method: 'get' | 'head' | 'post'
  path: string
  tag: 'History' | 'Providers' | 'Service' | 'Models'
  summary: string
  parameters?: Parameter[]
  body?: TSchema
  /** What a 200 has as JSON; absent where it has nothing. */
  answer?: TSchema
  /** In which other forms it can be had. */
  alsoAs?: string[]
  /** Statuses besides 200, where they have a meaning of their own. */
  others?: Record<number, { description: string; schema?: TSchema }>
}

const REQUEST_ID = id('The id of a request, as in `request-id`.')
const TARGET_ID = id('The id of a target, its slashes as %2F or as they are.')
const MEANT_ID = id('The id of a target, or the name of a provider for all its targets.')
const notFound = (what: string) => ({ 404: { description: `There is no such ${what}.` } })

const history: Operation[] = [
  {
    ...get('/api/requests', 'Requests, the newest first', requests.RequestPage),
    parameters: [...PLACE, ...TIMED_FILTER],
    alsoAs: ['text/csv', 'application/jsonl'],
  },
  {
    ...get('/api/requests/{id}', 'A request with its attempts', requests.RequestDetail),
    parameters: [REQUEST_ID],
    others: notFound('request'),
  },
  {
    ...get('/api/requests/{id}/payload', 'What was kept of its words', requests.Payload),
    parameters: [REQUEST_ID],
    others: notFound('request'),
  },
  {
    ...post('/api/requests/{id}/replay', 'Ask the same again', requests.Replay),
    parameters: [REQUEST_ID],
    body: requests.ReplayBody,
    others: notFound('request'),
  },
  {
    ...get(
      '/api/stats',
      'Totals; of all requests, where no time is named',
      figures.ComparedSummary,
    ),
    parameters: [...SPAN, PREVIOUS],
  },
  { ...get('/api/series', 'How it went over time', figures.Series), parameters: BUCKETS },
  {
    ...get('/api/histogram', 'Requests of a filter over time', figures.Histogram),
    parameters: [...BUCKETS, ...FILTER],
  },
  {
    ...get('/api/facets', 'The values a filter could have', requests.Facets),
    parameters: TIMED_FILTER,
  },
  {
    ...get('/api/models', 'The models that cost or took most', figures.ModelList),
    parameters: [...SPAN, TOP],
  },
  { ...get('/api/errors', 'Failures that look alike', figures.ErrorList), parameters: BUCKETS },
  {
    ...get('/api/sessions', 'Conversations', figures.SessionPage),
    parameters: [...SPAN, ...SESSIONS],
  },
  {
    ...get('/api/sessions/{id}', 'One conversation', figures.Session),
    parameters: [id('The id of a session.')],
    others: notFound('session'),
  },
]

const providers: Operation[] = [
  get('/api/providers', 'Every target with how it is', targets.TargetList),
  {
    ...get('/api/providers/history', 'How the targets did over time', targets.TargetHistoryList),
    parameters: BUCKETS,
  },
  {
    ...post('/api/providers/{id}/clear', 'Forget why it is not ready', targets.Cleared),
    parameters: [MEANT_ID],
    others: notFound('target'),
  },
  {
    ...post('/api/providers/{id}/pause', 'Ask it no more until it is resumed', targets.Paused),
    parameters: [MEANT_ID],
    others: notFound('target'),
  },
  {
    ...post('/api/providers/{id}/resume', 'Ask it again', targets.Resumed),
    parameters: [MEANT_ID],
    others: notFound('target'),
  },
  {
    ...post(
      '/api/providers/{id}/test',
      'One tiny request to exactly this target',
      targets.TestResult,
    ),
    parameters: [TARGET_ID],
    others: notFound('target'),
  },
].map((operation) => ({ ...operation, tag: 'Providers' }))

const serving: Operation[] = [
  get('/health', 'Whether the process is up', service.Health),
  {
    ...get('/ready', 'Whether it can work', service.Readiness),
    others: { 503: { description: 'It cannot.', schema: service.Readiness } },
  },
  get('/debug', 'Version, configuration without secrets, targets, totals', service.Debug),
  get('/api/hello', 'Whether somebody is there', service.Hello),
  { ...get('/api/hello', 'The same without a word'), method: 'head' as const },
  get('/api/openapi.json', 'This document', service.OpenApi),
].map((operation) => ({ ...operation, tag: 'Service' }))

const models: Operation[] = [
  {
    ...post('/v1/messages', 'A message, streamed or not', service.Anthropic),
    body: service.Anthropic,
  },
  {
    ...post('/v1/messages/count_tokens', 'The tokens of a request', service.Anthropic),
    body: service.Anthropic,
  },
  get('/v1/models', 'The ids a client can ask for', service.Anthropic),
  {
    ...get('/v1/models/{id}', 'One of them', service.Anthropic),
    parameters: [id('The id of a model.')],
    others: notFound('model'),
  },
].map((operation) => ({ ...operation, tag: 'Models' }))

/** All of them, in the order a reader wants. */
export const OPERATIONS: readonly Operation[] = [...history, ...providers, ...serving, ...models]

function get(path: string, summary: string, answer?: TSchema): Operation {
  return { method: 'get', path, tag: 'History', summary, ...(answer && { answer }) }
}

function post(path: string, summary: string, answer: TSchema): Operation {
  return { ...get(path, summary, answer), method: 'post' }
}
