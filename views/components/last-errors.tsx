import { Html } from '@elysiajs/html'
import type { ErrorGroup } from '../../src/history/answers.ts'
import { formatCount } from '../format.ts'
import { OutcomeBadge } from './badge.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'

/** What went wrong last, each kind once; a line leads to its latest request. */
export function LastErrors({ groups }: { groups: ErrorGroup[] }): JSX.Element {
  return (
    <ul class="last-errors card">
      {groups.map((group) => (
        <li>
          <div class="line">
            <OutcomeBadge outcome={group.outcome} status={group.status} />
            <span class="quiet">
              <Moment time={group.last_seen} />
            </span>
          </div>
          <a class="words" href={`/requests/${encodeURIComponent(group.request_id)}`} safe>
            {group.example}
          </a>
          <div class="line quiet">
            {group.model === null ? (
              <span>Nobody was asked</span>
            ) : (
              <Model name={group.model} region={group.provider} />
            )}
            <span safe>{describeCount(group)}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}

function describeCount({ count, absorbed }: ErrorGroup): string {
  const times = `${formatCount(count)} time${count === 1 ? '' : 's'}`
  if (absorbed === 0) return times
  return absorbed === count
    ? `${times}, none seen by a client`
    : `${times}, ${formatCount(absorbed)} absorbed`
}
