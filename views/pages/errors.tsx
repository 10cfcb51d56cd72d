import { Html } from '@elysiajs/html'
import {
  chosen,
  type ErrorsQuery,
  errorsParameters,
  errorsUrl,
} from '../../src/dashboard/errors-query.ts'
import type { ErrorGroup } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { Bars } from '../charts/bars.tsx'
import type { Chart } from '../charts/plot.ts'
import { outcomeFace } from '../components/badge.tsx'
import { type Choice, Choices } from '../components/choices.tsx'
import { ErrorTable } from '../components/error-table.tsx'
import { FigureList } from '../components/figure-list.tsx'
import { RangePicker } from '../components/range-picker.tsx'
import { formatCount, formatRate } from '../format.ts'

interface ErrorsProps {
  /** All of the range. */
  groups: readonly ErrorGroup[]
  query: ErrorsQuery
  range: Range
  /** What one of a group's counts covers. */
  bucketMs: number
}

export function Errors({ groups, query, range, bucketMs }: ErrorsProps): JSX.Element {
  const shown = chosen(groups, query)
  return (
    <>
      <header class="page-head">
        <h1>Errors</h1>
        <RangePicker range={range} path="/errors" query={errorsParameters(query)} />
      </header>
      {groups.length === 0 && query.kind === null && query.provider === null ? (
        <p class="empty">
          Nothing went wrong in this time: every provider that was asked has answered.
        </p>
      ) : (
        <>
          <ErrorFigures groups={shown} />
          <ErrorChoices groups={groups} query={query} range={range} />
          {shown.length === 0 ? (
            <div class="empty">
              <p>No error is like that in this time.</p>
              <p>
                <a href={Html.escapeHtml(errorsUrl({ kind: null, provider: null }, range))}>
                  Show all of them
                </a>
              </p>
            </div>
          ) : (
            <>
              <section aria-labelledby="trend-heading">
                <h2 id="trend-heading">Over time</h2>
                <div class="card">
                  <Bars chart={chartOf(shown, range, bucketMs)} />
                </div>
              </section>
              <section aria-labelledby="groups-heading">
                <h2 id="groups-heading">What happened, and what to do</h2>
                <ErrorTable groups={shown} range={range} />
              </section>
            </>
          )}
        </>
      )}
    </>
  )
}

function ErrorFigures({ groups }: { groups: readonly ErrorGroup[] }): JSX.Element {
  const count = sum(groups, (group) => group.count)
  const absorbed = sum(groups, (group) => group.absorbed)
  const [first] = byKind(groups)
  return (
    <FigureList
      label="Errors of this time"
      figures={[
        {
          label: 'Errors',
          value: formatCount(count),
          note: groups.length === 1 ? 'all alike' : `of ${formatCount(groups.length)} sorts`,
        },
        {
          label: 'Absorbed',
          value: formatRate(count === 0 ? null : absorbed / count),
          note: `${formatCount(absorbed)} no client saw`,
        },
        {
          label: 'Not absorbed',
          value: formatCount(count - absorbed),
          note: 'in requests that failed',
        },
        {
          label: 'Mostly',
          value: first ? outcomeFace(first.kind).label : '–',
          note: first ? `${formatCount(first.count)} of ${formatCount(count)}` : 'none',
        },
      ]}
    />
  )
}

/** Each list counts what the other one leaves, so that another value can be chosen. */
function ErrorChoices({ groups, query, range }: Omit<ErrorsProps, 'bucketMs'>): JSX.Element {
  const ofProvider = chosen(groups, { ...query, kind: null })
  const ofKind = chosen(groups, { ...query, provider: null })
  const kinds = byKind(ofProvider).map(({ kind, count }) => ({
    label: outcomeFace(kind).label,
    count,
    href: errorsUrl({ ...query, kind }, range),
    isChosen: kind === query.kind,
  }))
  const providers = byProvider(ofKind).map(({ provider, count }) => ({
    label: provider,
    count,
    href: errorsUrl({ ...query, provider }, range),
    isChosen: provider === query.provider,
  }))
  const all = (of: readonly ErrorGroup[], name: keyof ErrorsQuery): Choice => ({
    label: 'All',
    count: sum(of, (group) => group.count),
    href: errorsUrl({ ...query, [name]: null }, range),
    isChosen: query[name] === null,
  })
  return (
    <div class="choice-bar">
      <Choices label="Kind" choices={[all(ofProvider, 'kind'), ...kinds]} />
      <Choices label="Provider" choices={[all(ofKind, 'provider'), ...providers]} />
    </div>
  )
}

/** More colours are not told apart; the rest share one. */
const MOST_KINDS = 5

function chartOf(groups: readonly ErrorGroup[], range: Range, bucketMs: number): Chart {
  const kinds = byKind(groups)
  const own = kinds.length > MOST_KINDS + 1 ? kinds.slice(0, MOST_KINDS) : kinds
  const rest = kinds.slice(own.length).flatMap(({ groups }) => groups)
  const layers = own.map(({ kind, groups }) => ({ name: outcomeFace(kind).label, groups }))
  if (rest.length > 0) layers.push({ name: 'Others', groups: rest })
  const first = Math.floor(range.since / bucketMs) * bucketMs
  const length = groups[0]?.counts.length ?? 0
  return {
    title: 'Errors by kind',
    buckets: Array.from({ length }, (_, index) => first + index * bucketMs),
    bucketMs,
    span: range,
    series: layers.map(({ name, groups }, layer) => ({
      name,
      tone: `kind-${layer + 1}`,
      values: Array.from({ length }, (_, index) => sum(groups, ({ counts }) => counts[index] ?? 0)),
    })),
    format: formatCount,
  }
}

function byKind(groups: readonly ErrorGroup[]) {
  return [...Map.groupBy(groups, ({ outcome }) => outcome)]
    .map(([kind, of]) => ({ kind, groups: of, count: sum(of, (group) => group.count) }))
    .sort((a, b) => b.count - a.count)
}

function byProvider(groups: readonly ErrorGroup[]) {
  return [...Map.groupBy(groups, ({ provider }) => provider)]
    .flatMap(([provider, of]) =>
      provider === null ? [] : [{ provider, count: sum(of, (group) => group.count) }],
    )
    .sort((a, b) => b.count - a.count)
}

function sum(groups: readonly ErrorGroup[], of: (group: ErrorGroup) => number): number {
  return groups.reduce((total, group) => total + of(group), 0)
}
