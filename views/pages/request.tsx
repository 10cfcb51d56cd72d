import { Html } from '@elysiajs/html'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { RequestBadge } from '../components/badge.tsx'
import { BillFacts } from '../components/bill.tsx'
import { Fact } from '../components/fact.tsx'
import { Moment } from '../components/moment.tsx'
import { Waterfall } from '../components/waterfall.tsx'
import { formatCount, formatDuration, NONE } from '../format.ts'

type RequestWithAttempts = RequestRow & { attempts: AttemptRow[] }

export function RequestDetail({ request }: { request: RequestWithAttempts }): JSX.Element {
  return (
    <article class="request">
      <header>
        <p class="line">
          <RequestBadge state={request.state} status={request.status} />
          <Moment time={request.created_at} />
        </p>
        <h1 safe>{request.id}</h1>
        {request.error === null ? (
          ''
        ) : (
          <p class="failure">
            <samp safe>{request.error}</samp>
          </p>
        )}
      </header>
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
        <Timing request={request} />
        <Tokens request={request} />
      </div>
    </article>
  )
}

function Route({ request }: { request: RequestRow }): JSX.Element {
  return (
    <section aria-labelledby="route-heading">
      <h2 id="route-heading">Route</h2>
      <dl class="facts">
        <Fact label="Requested model" value={request.requested_model} />
        <Fact label="Provider" value={request.provider ?? NONE} />
        <Fact label="Routed model" value={request.served_model ?? NONE} />
        <Fact label="Region" value={request.region ?? NONE} />
        <Fact label="Session" value={request.session_id ?? NONE} />
      </dl>
    </section>
  )
}

function Timing({ request }: { request: RequestRow }): JSX.Element {
  return (
    <section aria-labelledby="timing-heading">
      <h2 id="timing-heading">Timing</h2>
      <dl class="facts">
        <Fact label="Duration" value={formatDuration(request.duration_ms)} />
        <Fact label="First event" value={formatDuration(request.first_event_ms)} />
        <Fact label="Tries" value={formatCount(request.attempt_count)} />
        <Fact label="Streamed" value={request.stream ? 'yes' : 'no'} />
      </dl>
    </section>
  )
}

function Tokens({ request }: { request: RequestWithAttempts }): JSX.Element {
  const answers = request.attempts.filter(({ first_event_ms }) => first_event_ms !== null)
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
