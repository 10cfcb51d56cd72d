import { Html } from '@elysiajs/html'
import { cachedShareOf } from '../../src/history/context.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { CAUSES, causeOf, describePlace } from '../cache-loss.ts'
import { formatCost, formatCount, formatRate } from '../format.ts'
import { Fact } from './fact.tsx'

/** What was read from a prompt cache, and what of it was lost since the last turn. */
export function PromptCacheFacts({ request }: { request: RequestRow }): JSX.Element {
  const { cache_lost_tokens, cache_lost_usd } = request
  const cause = causeOf(request)
  return (
    <dl class="facts">
      <Fact label="From cache" value={describeShare(request)} />
      <Fact label="Since the last turn" value={describeChange(request.prefix_change)} />
      {cause === null ? (
        ''
      ) : (
        <>
          <Fact label="Not read again" value={`${formatCount(cache_lost_tokens)} tokens`} />
          <Fact label="Because" value={CAUSES[cause].title} />
          <Fact
            label="Which cost"
            value={
              cache_lost_usd === null
                ? 'not known'
                : `${formatCost(cache_lost_usd)} more than reading`
            }
          />
        </>
      )}
    </dl>
  )
}

function describeShare(request: RequestRow): string {
  const share = cachedShareOf(request)
  return share === null ? 'not known' : `${formatRate(share)} of what went in`
}

function describeChange(change: string | null): string {
  if (change === null) return 'a first turn, or not known'
  return change === 'none' ? 'the beginning stayed the same' : `changed at ${describePlace(change)}`
}
