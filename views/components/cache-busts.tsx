import { Html } from '@elysiajs/html'
import type { SessionSummary } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { bustsOf, CAUSES, summarize } from '../cache-loss.ts'
import { formatCost, formatCount, formatTokens } from '../format.ts'
import { Icon } from './icon.tsx'
import { Prose } from './prose.tsx'

interface CacheBustsProps {
  session: SessionSummary
  /** The latest of its requests, the newest first. */
  recent: readonly RequestRow[]
}

/** Which caches a session has lost, why, what that cost, and what to do about it. */
export function CacheBusts({ session, recent }: CacheBustsProps): JSX.Element {
  const busts = bustsOf(recent)
  if (busts.length === 0) return <NoBusts session={session} recent={recent} />
  return (
    <>
      <p class="verdict">
        <Icon name="cross" />
        <span>
          <strong safe>{summarize(busts)}</strong>
          {recent.length < session.requests ? (
            <span class="quiet" safe>
              {` (of its last ${formatCount(recent.length)} requests)`}
            </span>
          ) : (
            ''
          )}
        </span>
      </p>
      <ul class="busts">
        {busts.map(({ cause, count, tokens, usd, latest }) => (
          <li class="card">
            <h3 safe>{CAUSES[cause].title}</h3>
            <p class="took" safe>
              {`${count === 1 ? 'once' : `${formatCount(count)} times`}, ${formatTokens(tokens)} tokens read anew${usd === null ? '' : `, ${formatCost(usd)}`}`}
            </p>
            <p>
              <Prose text={CAUSES[cause].advice} />
            </p>
            <p>
              <a href={`/requests/${encodeURIComponent(latest)}`}>Latest request</a>
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}

function NoBusts({ session, recent }: CacheBustsProps): JSX.Element {
  if (session.cache_busts > 0) {
    return (
      <p class="verdict good">
        <Icon name="check" />
        <span safe>{`No cache was lost in its last ${formatCount(recent.length)} requests.`}</span>
      </p>
    )
  }
  if (session.cache_read_input_tokens + session.cache_creation_input_tokens === 0) {
    return <p class="quiet">Nobody who answered this session has reported a prompt cache.</p>
  }
  return (
    <p class="verdict good">
      <Icon name="check" />
      <span>No cache was lost: each turn could read what the one before had left.</span>
    </p>
  )
}
