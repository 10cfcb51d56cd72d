import { Html } from '@elysiajs/html'
import { contextOf } from '../../src/history/context.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { formatCost, formatCount, formatDuration, formatTokens } from '../format.ts'
import { FigureList } from './figure-list.tsx'

/** What one looks for first in a request. */
export function RequestFigures({ request }: { request: RequestRow }): JSX.Element {
  return (
    <FigureList
      label="Figures of this request"
      figures={[
        {
          label: 'Duration',
          value: formatDuration(request.duration_ms),
          note: request.stream ? 'streamed' : 'in one piece',
        },
        {
          label: 'First event',
          value: formatDuration(request.first_event_ms),
          note: 'until content',
        },
        {
          label: 'Attempts',
          value: formatCount(request.attempt_count),
          note: triesNote(request),
        },
        {
          label: 'Context',
          value: formatTokens(contextOf(request)),
          note: cachedNote(request),
        },
        {
          label: 'Output',
          value: formatTokens(request.output_tokens),
          note: thinkingNote(request),
        },
        {
          label: 'Cost',
          value: formatCost(request.cost_usd, request.usage_estimated),
          note: costNote(request),
        },
      ]}
    />
  )
}

function triesNote({ attempt_count, state }: RequestRow): string {
  if (attempt_count === 0) return 'nobody was asked'
  if (attempt_count === 1) return 'no fallback'
  return state === 'complete' ? 'rescued by fallback' : 'with fallback'
}

function cachedNote({ cache_read_input_tokens: read }: RequestRow): string {
  return read === null ? 'tokens' : `${formatTokens(read)} from the cache`
}

function thinkingNote({ thinking_tokens }: RequestRow): string {
  return thinking_tokens === null ? 'tokens' : `${formatTokens(thinking_tokens)} of it thinking`
}

function costNote({ cost_usd, usage_estimated }: RequestRow): string {
  if (cost_usd === null) return 'not known'
  return usage_estimated ? 'partly by estimate' : 'all attempts together'
}
