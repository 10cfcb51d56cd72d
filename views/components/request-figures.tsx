import { Html } from '@elysiajs/html'
import type { RequestRow } from '../../src/history/schema.ts'
import { formatCost, formatCount, formatDuration, formatTokens } from '../format.ts'

/** What one looks for first in a request. */
export function RequestFigures({ request }: { request: RequestRow }): JSX.Element {
  const read = request.cache_read_input_tokens ?? 0
  const written = request.cache_creation_input_tokens ?? 0
  const taken = (request.input_tokens ?? 0) + read + written
  const isCounted = request.input_tokens !== null
  const figures: [label: string, value: string, note: string][] = [
    ['Duration', formatDuration(request.duration_ms), request.stream ? 'streamed' : 'in one piece'],
    ['First event', formatDuration(request.first_event_ms), 'until content'],
    ['Attempts', formatCount(request.attempt_count), triesNote(request)],
    ['Input', formatTokens(isCounted ? taken : null), `${formatTokens(read)} from the cache`],
    ['Output', formatTokens(request.output_tokens), thinkingNote(request)],
    ['Cost', formatCost(request.cost_usd, request.usage_estimated), costNote(request)],
  ]
  return (
    <dl class="figures" aria-label="Figures of this request">
      {figures.map(([label, value, note]) => (
        <div class="figure">
          <dt safe>{label}</dt>
          <dd class="value" safe>
            {value}
          </dd>
          <dd class="quiet" safe>
            {note}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function triesNote({ attempt_count, state }: RequestRow): string {
  if (attempt_count === 0) return 'nobody was asked'
  if (attempt_count === 1) return 'no fallback'
  return state === 'complete' ? 'rescued by fallback' : 'with fallback'
}

function thinkingNote({ thinking_tokens }: RequestRow): string {
  return thinking_tokens === null ? 'tokens' : `${formatTokens(thinking_tokens)} of it thinking`
}

function costNote({ cost_usd, usage_estimated }: RequestRow): string {
  if (cost_usd === null) return 'not known'
  return usage_estimated ? 'partly by estimate' : 'all attempts together'
}
