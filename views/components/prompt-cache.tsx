import { Html } from '@elysiajs/html'
import type { CacheLoss, RequestRow } from '../../src/history/schema.ts'
import { cachedShareOf } from '../context.ts'
import { formatCost, formatCount, formatRate } from '../format.ts'
import { Fact } from './fact.tsx'

const REASONS: Record<CacheLoss, string> = {
  prefix: 'the prompt changed before its end',
  target: 'another target answered than last time, and caches are not shared',
  idle: 'the pause since the last turn was longer than the cache lives',
  unknown: 'the target did not say; nothing here explains it',
}

/** What was read from a prompt cache, and what of it was lost since the last turn. */
export function PromptCacheFacts({ request }: { request: RequestRow }): JSX.Element {
  const { cache_lost_why, cache_lost_tokens, cache_lost_usd } = request
  return (
    <dl class="facts">
      <Fact label="Read from the cache" value={describeShare(request)} />
      <Fact label="Since the last turn" value={describeChange(request.prefix_change)} />
      {cache_lost_why === null ? (
        ''
      ) : (
        <>
          <Fact label="Not read again" value={`${formatCount(cache_lost_tokens)} tokens`} />
          <Fact label="Because" value={REASONS[cache_lost_why]} />
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

const PLACES: Record<string, string> = {
  tools: 'Tool',
  system: 'Part of the system prompt no.',
  messages: 'Message',
}

/** `tools[3]` is the fourth tool. */
function describeChange(change: string | null): string {
  if (change === null) return 'a first turn, or not known'
  if (change === 'none') return 'the beginning stayed the same'
  const [, list = '', index = ''] = /^(\w+)\[(\d+)\]$/.exec(change) ?? []
  const place = PLACES[list]
  return place ? `${place} ${Number(index) + 1} is not what it was` : `another ${change}`
}
