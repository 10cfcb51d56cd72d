import { Html } from '@elysiajs/html'
import type { FoundRequest, Payload } from '../../src/history/answers.ts'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { RequestBadge } from '../components/badge.tsx'
import { BillFacts } from '../components/bill.tsx'
import { CopyButton } from '../components/copy.tsx'
import { CurlSection } from '../components/curl.tsx'
import { Fact, RichFact } from '../components/fact.tsx'
import { Moment } from '../components/moment.tsx'
import { Pager } from '../components/pager.tsx'
import { PayloadView } from '../components/payload.tsx'
import { PromptCacheFacts } from '../components/prompt-cache.tsx'
import { ReplayForm } from '../components/replay-form.tsx'
import { RequestFigures } from '../components/request-figures.tsx'
import { LedgerFacts } from '../components/request-ledger.tsx'
import { Waterfall } from '../components/waterfall.tsx'
import { formatClock, NONE } from '../format.ts'

export interface RequestDetailProps {
  request: FoundRequest
  payload: Payload | null
  newer: string | null
  older: string | null
  /** Says in an address which list the reader came from; empty, or begins with `?`. */
  search: string
  targets: readonly TargetState[]
  /** Where this proxy is asked, such as `http://127.0.0.1:3001`. */
  origin: string
}

export function RequestDetail(props: RequestDetailProps): JSX.Element {
  const { request, payload, targets, origin } = props
  return (
    <article class="request">
      <Pager newer={props.newer} older={props.older} search={props.search} />
      <Head request={request} />
      <RequestFigures request={request} />
      <section aria-labelledby="attempts-heading">
        <h2 id="attempts-heading">Attempts</h2>
        {request.attempts.length === 0 ? (
          <p class="empty">No provider was asked.</p>
        ) : (
          <Waterfall attempts={request.attempts} total={request.duration_ms} />
        )}
      </section>
      <div class="columns">
        <Route request={request} />
        <Tokens request={request} attempts={request.attempts} />
        {request.attempt_count === 0 ? '' : <Fallback request={request} />}
        {request.input_tokens === null && request.prefix_change === null ? (
          ''
        ) : (
          <PromptCache request={request} />
        )}
        <ClientHeaders headers={request.headers} />
      </div>
      <section aria-labelledby="again-heading">
        <h2 id="again-heading">Again</h2>
        <ReplayForm id={request.id} payload={payload} targets={targets} />
        <CurlSection request={request} payload={payload} origin={origin} />
      </section>
      <PayloadView id={request.id} payload={payload} />
    </article>
  )
}

function Head({ request }: { request: RequestRow }): JSX.Element {
  const { id, replay_of } = request
  return (
    <header>
      <p class="line">
        <RequestBadge state={request.state} status={request.status} />
        <Moment time={request.created_at} />
        {request.is_background ? <span class="mark">Background</span> : ''}
        {replay_of === null ? '' : <span class="mark">Replay</span>}
      </p>
      <h1 safe>{id}</h1>
      <p class="line copies">
        <CopyButton label="Copy id" text={id} />
        <CopyButton label="Copy JSON" from={`/api/requests/${encodeURIComponent(id)}`} />
        <a href={`/api/requests/${encodeURIComponent(id)}`}>JSON</a>
      </p>
      {replay_of === null ? (
        ''
      ) : (
        <p>
          It repeats{' '}
          <a href={`/requests/${encodeURIComponent(replay_of)}`} safe>
            {replay_of}
          </a>
          :{' '}
          <a href={`/requests/${encodeURIComponent(replay_of)}/compare/${encodeURIComponent(id)}`}>
            compare the two
          </a>
        </p>
      )}
      {request.error === null ? (
        ''
      ) : (
        <p class="failure">
          <samp safe>{request.error}</samp>
        </p>
      )}
    </header>
  )
}

function Route({ request }: { request: RequestRow }): JSX.Element {
  const { session_id } = request
  return (
    <section aria-labelledby="route-heading">
      <h2 id="route-heading">Route</h2>
      <dl class="facts">
        <Fact label="Arrived" value={formatClock(request.created_at)} />
        <Fact label="Requested model" value={request.requested_model} />
        <Fact label="Provider" value={request.provider ?? NONE} />
        <Fact label="Routed to" value={request.served_model ?? NONE} />
        <Fact label="Region" value={request.region ?? NONE} />
        {session_id === null ? (
          <Fact label="Session" value={NONE} />
        ) : (
          <RichFact label="Session">
            <a href={`/sessions/${encodeURIComponent(session_id)}`} safe>
              {session_id}
            </a>
          </RichFact>
        )}
        <Fact label="Asked by" value={request.agent ?? asker(request)} />
      </dl>
    </section>
  )
}

function asker({ is_background, replay_of }: RequestRow): string {
  if (replay_of !== null) return 'the dashboard or the API'
  return is_background ? 'a side task' : 'the main conversation'
}

function Tokens({ request, attempts }: { request: RequestRow; attempts: AttemptRow[] }) {
  const answers = attempts.filter(({ first_event_ms }) => first_event_ms !== null)
  const isShared = answers.length > 1
  return (
    <>
      <section aria-labelledby="tokens-heading">
        <h2 id="tokens-heading">Tokens and cost</h2>
        <BillFacts bill={isShared ? { ...request, price: null } : request} />
        {answers
          .filter(({ price }) => price === null)
          .map((answer) => (
            <p class="quiet">
              No price was known for <code safe>{`${answer.provider}/${answer.model}`}</code>. It
              can be set under <code>prices</code> in the configuration.
            </p>
          ))}
      </section>
      {isShared
        ? answers.map((answer) => (
            <section>
              <h2 safe>{`${answer.provider}: ${answer.model}`}</h2>
              <BillFacts bill={answer} />
            </section>
          ))
        : ''}
    </>
  )
}

function Fallback({ request }: { request: RequestRow }): JSX.Element {
  return (
    <section aria-labelledby="ledger-heading">
      <h2 id="ledger-heading">What the fallback did</h2>
      <LedgerFacts request={request} />
    </section>
  )
}

function PromptCache({ request }: { request: RequestRow }): JSX.Element {
  return (
    <section aria-labelledby="cache-heading">
      <h2 id="cache-heading">Prompt cache</h2>
      <PromptCacheFacts request={request} />
    </section>
  )
}

function ClientHeaders({ headers }: { headers: Record<string, string> | null }): JSX.Element {
  if (headers === null || Object.keys(headers).length === 0) return ''
  return (
    <section aria-labelledby="headers-heading">
      <h2 id="headers-heading">Headers of the client</h2>
      <dl class="facts headers">
        {Object.entries(headers).map(([name, value]) => (
          <Fact label={name} value={value} />
        ))}
      </dl>
    </section>
  )
}
