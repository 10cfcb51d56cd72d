import { Html } from '@elysiajs/html'
import type { SessionSummary } from '../../src/history/answers.ts'
import { formatCost, formatCount, formatRate, formatTokens } from '../format.ts'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Moment } from './moment.tsx'
import { Scroller } from './scroller.tsx'

const COLUMNS: readonly Column[] = [
  'Session',
  'Last active',
  { label: 'Turns', class: 'number' },
  { label: 'Tokens', class: 'number' },
  { label: 'From cache', class: 'number' },
  { label: 'Cost', class: 'number' },
]

/** Some ids all begin alike, none end so. */
const TAIL = 12

/** The conversations that cost most, as a whole: what they did before the range counts, too. */
export function TopSessions({ sessions }: { sessions: SessionSummary[] }): JSX.Element {
  return (
    <Scroller id="top-sessions" label="Sessions by cost">
      <table>
        <caption class="visually-hidden">The sessions that cost most</caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {sessions.map((session) => (
            <tr>
              <th scope="row">
                <a
                  class="session-id"
                  href={`/sessions/${encodeURIComponent(session.session_id)}`}
                  title={Html.escapeHtml(session.session_id)}
                  safe
                >
                  {session.session_id.slice(-TAIL)}
                </a>
              </th>
              <td>
                <Moment time={session.last_seen} />
              </td>
              <td class="number" safe>
                {formatCount(session.turns)}
              </td>
              <td class="number" safe>
                {formatTokens(session.total_tokens)}
              </td>
              <td class="number" safe>
                {formatRate(session.cache_hit_share)}
              </td>
              <td class="number" safe>
                {formatCost(session.cost_usd)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
