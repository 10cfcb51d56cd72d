import { Html } from '@elysiajs/html'
import type { ErrorGroup } from '../../src/history/answers.ts'
import type { Filter } from '../../src/history/filter.ts'
import type { Range } from '../../src/history/range.ts'
import { adviceFor } from '../advice.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatCount } from '../format.ts'
import { inRange } from '../range.ts'
import { OutcomeBadge, outcomeFace } from './badge.tsx'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'
import { Prose } from './prose.tsx'
import { Scroller } from './scroller.tsx'

const COUNT = 'Count'
const NOT_ABSORBED = 'Not absorbed'
const TREND = 'Over time'
const FIRST = 'First seen'
const LAST = 'Last seen'
const COLUMNS: readonly Column[] = [
  'Error',
  { label: COUNT, class: 'number' },
  { label: NOT_ABSORBED, class: 'number' },
  TREND,
  FIRST,
  LAST,
]

/** Each group of errors with what to do about it; `range` is what the counts cover. */
export function ErrorTable({ groups, range }: { groups: readonly ErrorGroup[]; range: Range }) {
  return (
    <Scroller id="error-table" label="Errors">
      <table class="folding">
        <caption class="visually-hidden">Errors that look alike, the most frequent first</caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {groups.map((group) => (
            <ErrorRow group={group} range={range} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function ErrorRow({ group, range }: { group: ErrorGroup; range: Range }): JSX.Element {
  const id = idOf(group)
  const failed = group.count - group.absorbed
  const tone = outcomeFace(group.outcome).tone
  return (
    <tr id={id}>
      <th scope="row">
        <div class="what">
          <p class="place">
            <OutcomeBadge outcome={group.outcome} status={group.status} />
            <span safe>{group.provider ?? 'nobody was asked'}</span>
            {group.model === null ? '' : <Model name={group.model} region={null} />}
          </p>
          <p class="words">
            <Shape shape={group.shape} />
          </p>
          <p class="advice">
            <Prose text={adviceFor(group)} />
          </p>
          <div class="ways">
            <a href={`/requests/${encodeURIComponent(group.request_id)}`}>Latest request</a>
            {failed === 0 ? (
              ''
            ) : (
              <a href={Html.escapeHtml(failedUrl(group, range))}>Failed requests</a>
            )}
            {group.example === group.shape ? '' : <Example id={id} text={group.example} />}
          </div>
        </div>
      </th>
      <td class="number count" data-label={COUNT} safe>
        {formatCount(group.count)}
      </td>
      <td class={`number ${failed === 0 ? 'quiet' : 'failed'}`} data-label={NOT_ABSORBED} safe>
        {formatCount(failed)}
      </td>
      <td data-label={TREND}>
        <Sparkline
          values={group.counts}
          label={`${formatCount(group.count)} over time, at most ${formatCount(Math.max(0, ...group.counts))} at once`}
          tone={`tone-${tone}`}
        />
      </td>
      <td data-label={FIRST}>
        <Moment time={group.first_seen} />
      </td>
      <td data-label={LAST}>
        <Moment time={group.last_seen} />
      </td>
    </tr>
  )
}

/** The same group has the same row, whatever its counts are. */
function idOf({ provider, model, outcome, shape }: ErrorGroup): string {
  return `error-${Bun.hash(JSON.stringify([provider, model, outcome, shape])).toString(36)}`
}

/** Words with what differs from one error to the next set off. */
function Shape({ shape }: { shape: string }): JSX.Element {
  const [first = '', ...others] = shape.split('#')
  return (
    <samp>
      {Html.escapeHtml(first)}
      {others.map((part) => (
        <>
          <span class="varies" title="differs from one to the next">
            #
          </span>
          {Html.escapeHtml(part)}
        </>
      ))}
    </samp>
  )
}

function Example({ id, text }: { id: string; text: string }): JSX.Element {
  return (
    <details id={`${id}-example`}>
      <summary>Latest in full</summary>
      <samp safe>{text}</samp>
    </details>
  )
}

/** Shorter words are found in errors of every kind. */
const TELLING = 8

/**
 * The requests of the range that failed with these words. A request is listed under the target that
 * failed last, which need not be this one, so the words alone are asked for where they tell enough.
 */
function failedUrl({ provider, model, shape, example }: ErrorGroup, range: Range): string {
  // A shape writes quotes and spaces its own way: what does not stand in the error finds nothing.
  const words = shape
    .split('#')
    .map((part) => part.replace(/^"|"$/g, '').trim())
    .filter((part) => example.includes(part))
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '')
  const target = { ...(provider && { provider }), ...(model && { served_model: model }) }
  const filter: Filter = words.length < TELLING ? { ...target, state: 'failed' } : { search: words }
  return inRange('/requests', range, filter)
}
