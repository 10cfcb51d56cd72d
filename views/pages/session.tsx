import { Html } from '@elysiajs/html'
import { sessionUrl, type TurnsQuery } from '../../src/dashboard/session-query.ts'
import type { TablePage } from '../../src/dashboard/table.ts'
import type { SessionSummary } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { CacheBusts } from '../components/cache-busts.tsx'
import { Choices } from '../components/choices.tsx'
import { ContextChart } from '../components/context-chart.tsx'
import { FigureList } from '../components/figure-list.tsx'
import { Moment } from '../components/moment.tsx'
import { Steps } from '../components/steps.tsx'
import { TurnTable } from '../components/turn-table.tsx'
import { formatCost, formatCount, formatDuration, formatRate, formatTokens } from '../format.ts'
import { describeCost } from '../spent.ts'

interface SessionDetailProps {
  session: SessionSummary
  /** The latest of all its requests, the newest first. */
  recent: readonly RequestRow[]
  turns: TablePage
  who: TurnsQuery['who']
}

export function SessionDetail({ session, recent, turns, who }: SessionDetailProps): JSX.Element {
  const { session_id: id, first_seen, last_seen } = session
  const all = `/requests?${new URLSearchParams({ session_id: id })}`
  return (
    <>
      <header class="session-head">
        <p>
          <a href="/sessions">Sessions</a>
        </p>
        <h1 safe>{id}</h1>
        <p class="quiet">
          <span safe>{formatDuration(last_seen - first_seen)}</span>, from{' '}
          <Moment time={first_seen} /> to <Moment time={last_seen} />
        </p>
      </header>
      <SessionFigures session={session} />
      <section aria-labelledby="cache-heading">
        <h2 id="cache-heading">Prompt cache</h2>
        <CacheBusts recent={recent} session={session} />
        <ContextChart requests={recent} />
      </section>
      <section aria-labelledby="turns-heading">
        <h2 id="turns-heading">Turns, newest first</h2>
        <div class="choice-bar">
          <WhoChoices session={session} who={who} />
        </div>
        {turns.requests.length === 0 ? (
          <div class="empty">
            <p>This session has none of these.</p>
            <p>
              <a href={sessionUrl(id)}>Show all of its turns</a>
            </p>
          </div>
        ) : (
          <TurnTable turns={turns.requests} />
        )}
        <Steps
          position={`${formatCount(turns.requests.length)} of ${formatCount(turns.total)}`}
          previous={{
            label: 'Newer',
            href: turns.newer && sessionUrl(id, { who, place: turns.newer }),
          }}
          next={{
            label: 'Older',
            href: turns.older && sessionUrl(id, { who, place: turns.older }),
          }}
        />
        <p>
          <a href={Html.escapeHtml(all)}>All of them under Requests</a>
        </p>
      </section>
    </>
  )
}

function SessionFigures({ session }: { session: SessionSummary }): JSX.Element {
  const { turns, requests, failed, fallbacks, cache_busts } = session
  const others = requests - turns
  return (
    <FigureList
      label="Figures of this session"
      figures={[
        {
          label: 'Turns',
          value: formatCount(turns),
          note:
            others === 0
              ? 'no side requests'
              : `and ${formatCount(others)} side request${others === 1 ? '' : 's'}`,
        },
        {
          label: 'Tokens',
          value: formatTokens(session.total_tokens),
          note: `${formatTokens(session.output_tokens)} of them written`,
        },
        {
          label: 'Cost',
          value: formatCost(session.cost_usd),
          note: describeCost(session),
        },
        {
          label: 'From cache',
          value: formatRate(session.cache_hit_share),
          note: `${formatTokens(session.cache_read_input_tokens)} read again for less`,
        },
        {
          label: 'Cache busts',
          value: formatCount(cache_busts),
          note: cache_busts === 0 ? 'nothing was lost' : describeLoss(session),
        },
        {
          label: 'Fallbacks',
          value: formatCount(fallbacks),
          note: failed === 0 ? 'nothing failed' : `${formatCount(failed)} failed`,
        },
      ]}
    />
  )
}

/** What no price was known for has added nothing to the sum. */
function describeLoss({ cache_lost_tokens, cache_lost_usd }: SessionSummary): string {
  const cost = cache_lost_usd === 0 ? '' : `, ${formatCost(cache_lost_usd)}`
  return `${formatTokens(cache_lost_tokens)} tokens${cost}`
}

function WhoChoices({ session, who }: Pick<SessionDetailProps, 'session' | 'who'>): JSX.Element {
  const { session_id: id, requests, turns } = session
  const choice = (label: string, count: number, value: TurnsQuery['who']) => ({
    label,
    count,
    href: sessionUrl(id, { who: value }),
    isChosen: value === who,
  })
  return (
    <Choices
      label="Who"
      choices={[
        choice('All', requests, null),
        choice('Main conversation', turns, 'main'),
        choice('Subagents and side tasks', requests - turns, 'others'),
      ]}
    />
  )
}
