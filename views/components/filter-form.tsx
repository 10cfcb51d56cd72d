import { Html } from '@elysiajs/html'
import type { TableQuery } from '../../src/dashboard/query.ts'
import { STATES } from '../../src/history/filter-query.ts'
import { RANGES } from '../../src/history/range.ts'

/** What there is to choose from. */
export interface Choices {
  providers: readonly string[]
  models: readonly string[]
}

/**
 * Narrows the table down; every choice stands in the address. It is left alone when the page
 * refreshes itself, so that nobody's typing is lost.
 */
export function FilterForm({ query, choices }: { query: TableQuery; choices: Choices }) {
  const { narrowed, size } = query
  const has = (...names: string[]) => names.some((name) => narrowed[name] !== undefined)
  return (
    <form id="filters" class="filters" action="/requests" method="get" hx-morph-skip="true">
      <input type="hidden" name="size" value={String(size)} />
      <Choice
        label="Time"
        name="range"
        among={Object.keys(RANGES)}
        all="all of it"
        narrowed={narrowed}
      />
      <Choice label="Outcome" name="state" among={STATES} all="any" narrowed={narrowed} />
      <Choice
        label="Provider"
        name="provider"
        among={choices.providers}
        all="any"
        narrowed={narrowed}
      />
      <Choice
        label="Routed to"
        name="served_model"
        among={choices.models}
        all="any"
        narrowed={narrowed}
      />
      <Field label="Error or id" name="search" type="search" narrowed={narrowed} />
      <details
        open={has(
          'requested_model',
          'region',
          'session_id',
          'status',
          'stream',
          'fell_back',
          'is_background',
          'min_duration_ms',
          'min_cost_usd',
          'since',
          'until',
        )}
      >
        <summary>More</summary>
        <div class="fields">
          <Field label="Requested model" name="requested_model" narrowed={narrowed} />
          <Field label="Region" name="region" narrowed={narrowed} />
          <Field label="Session" name="session_id" narrowed={narrowed} />
          <Field label="Status" name="status" type="number" narrowed={narrowed} />
          <YesOrNo label="Streamed" name="stream" narrowed={narrowed} />
          <YesOrNo label="Fell back" name="fell_back" narrowed={narrowed} />
          <YesOrNo label="Background" name="is_background" narrowed={narrowed} />
          <Field label="At least, in ms" name="min_duration_ms" type="number" narrowed={narrowed} />
          <Field label="At least, in USD" name="min_cost_usd" type="number" narrowed={narrowed} />
          <Field label="From (ISO 8601)" name="since" narrowed={narrowed} />
          <Field label="Until" name="until" narrowed={narrowed} />
        </div>
      </details>
      <button type="submit">Filter</button>
      {Object.keys(narrowed).length > 0 ? <a href="/requests">Show all</a> : ''}
    </form>
  )
}

interface ControlProps extends Pick<TableQuery, 'narrowed'> {
  label: string
  name: string
}

function Choice({
  label,
  name,
  among,
  all,
  narrowed,
}: ControlProps & { among: readonly string[]; all: string }): JSX.Element {
  const chosen = narrowed[name]
  // What is no longer configured may still be in the history, and in the address.
  const offered = chosen === undefined || among.includes(chosen) ? among : [...among, chosen]
  return (
    <label>
      <span safe>{label}</span>
      <select name={name}>
        <option value="" safe>
          {all}
        </option>
        {offered.map((value) => (
          <option value={Html.escapeHtml(value)} selected={value === chosen} safe>
            {value.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  )
}

function YesOrNo({ label, name, narrowed }: ControlProps): JSX.Element {
  return (
    <label>
      <span safe>{label}</span>
      <select name={name}>
        <option value="">either</option>
        <option value="true" selected={narrowed[name] === 'true'}>
          yes
        </option>
        <option value="false" selected={narrowed[name] === 'false'}>
          no
        </option>
      </select>
    </label>
  )
}

function Field({
  label,
  name,
  narrowed,
  type = 'text',
}: ControlProps & { type?: 'text' | 'search' | 'number' }): JSX.Element {
  return (
    <label>
      <span safe>{label}</span>
      <input
        type={type}
        name={name}
        value={Html.escapeHtml(narrowed[name] ?? '')}
        {...(type === 'number' && { step: 'any', min: '0' })}
      />
    </label>
  )
}
