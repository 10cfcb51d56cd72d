import type { Narrowing } from '../src/dashboard/query.ts'
import type { RequestState } from '../src/history/schema.ts'
import { REQUEST_FACES } from './components/badge.tsx'
import { formatClock, formatCost, formatDuration } from './format.ts'

/** What each member of a filter is called. */
export const FILTER_LABELS: Record<Narrowing, string> = {
  range: 'Time',
  since: 'From',
  until: 'Until',
  state: 'Outcome',
  status: 'Status',
  requested_model: 'Requested model',
  served_model: 'Routed to',
  provider: 'Provider',
  region: 'Region',
  session_id: 'Session',
  stream: 'Stream',
  is_background: 'Background',
  fell_back: 'Fallback',
  min_duration_ms: 'At least',
  min_cost_usd: 'At least',
  search: 'Error or id',
}

const FLAGS: Partial<Record<Narrowing, { true: string; false: string }>> = {
  stream: { true: 'Streamed', false: 'In one piece' },
  is_background: { true: 'Background', false: 'Main conversation' },
  fell_back: { true: 'Fell back', false: 'First attempt' },
}

/** A value as it stands in the address, in words. */
export function describeValue(name: Narrowing, value: string): string {
  const flag = FLAGS[name]
  if (flag) return value === 'true' ? flag.true : flag.false
  if (name === 'state') return REQUEST_FACES[value as RequestState].label
  if (name === 'min_duration_ms') return formatDuration(Number(value))
  if (name === 'min_cost_usd') return formatCost(Number(value))
  if (name === 'since' || name === 'until') return formatClock(toTime(value))
  return value
}

function toTime(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}
