import { Html } from '@elysiajs/html'
import type { RequestRow } from '../../src/history/schema.ts'
import { formatCost, formatCount, formatDuration, NONE } from '../format.ts'
import { Scroller } from './scroller.tsx'

interface Row {
  label: string
  of(request: RequestRow): number | string | null
  format(value: number): string
}

const asCost = (dollars: number) => formatCost(dollars)
const ROWS: Row[] = [
  { label: 'Provider', of: (request) => request.provider, format: String },
  { label: 'Model', of: (request) => request.served_model, format: String },
  { label: 'Region', of: (request) => request.region, format: String },
  { label: 'Attempts', of: (request) => request.attempt_count, format: formatCount },
  { label: 'First event', of: (request) => request.first_event_ms, format: formatDuration },
  { label: 'Duration', of: (request) => request.duration_ms, format: formatDuration },
  { label: 'Input', of: (request) => request.input_tokens, format: formatCount },
  { label: 'Cache read', of: (request) => request.cache_read_input_tokens, format: formatCount },
  {
    label: 'Cache write',
    of: (request) => request.cache_creation_input_tokens,
    format: formatCount,
  },
  { label: 'Output', of: (request) => request.output_tokens, format: formatCount },
  { label: 'Thinking', of: (request) => request.thinking_tokens, format: formatCount },
  { label: 'Cost', of: (request) => request.cost_usd, format: asCost },
]

interface ComparisonTableProps {
  original: RequestRow
  other: RequestRow
  isReplay: boolean
}

/** What can be counted of two requests, and the difference. */
export function ComparisonTable({ original, other, isReplay }: ComparisonTableProps): JSX.Element {
  const [first, second] = isReplay ? ['Original', 'Replay'] : ['First', 'Second']
  return (
    <Scroller id="comparison" label="Comparison">
      <table class="comparison">
        <caption class="visually-hidden">The two requests in numbers</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">What is compared</span>
            </th>
            <th scope="col" class="number" safe>
              {first}
            </th>
            <th scope="col" class="number" safe>
              {second}
            </th>
            <th scope="col" class="number">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.filter((row) => row.of(original) !== null || row.of(other) !== null).map((row) => (
            <ComparisonRow row={row} a={row.of(original)} b={row.of(other)} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type Value = number | string | null

function ComparisonRow({ row, a, b }: { row: Row; a: Value; b: Value }): JSX.Element {
  return (
    <tr class={a === b ? undefined : 'differs'}>
      <th scope="row" safe>
        {row.label}
      </th>
      <td class="number" safe>
        {shown(a, row)}
      </td>
      <td class="number" safe>
        {shown(b, row)}
      </td>
      <td class="number difference" safe>
        {difference(a, b, row)}
      </td>
    </tr>
  )
}

function shown(value: Value, { format }: Row): string {
  if (value === null) return NONE
  return typeof value === 'number' ? format(value) : value
}

function difference(a: Value, b: Value, { format }: Row): string {
  if (a === b) return 'same'
  if (typeof a !== 'number' || typeof b !== 'number') return 'different'
  const share = a === 0 ? '' : ` (${b > a ? '+' : '−'}${Math.round((Math.abs(b - a) / a) * 100)}%)`
  return `${b > a ? '+' : '−'}${format(Math.abs(b - a))}${share}`
}
