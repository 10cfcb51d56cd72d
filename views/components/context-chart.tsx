import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'
import { contextOf } from '../../src/history/context.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { CAUSES, causeOf } from '../cache-loss.ts'
import { formatMoment, formatTokens } from '../format.ts'

const MOST_TURNS = 100
/** Few turns do not make wide bars. */
const LEAST_SLOTS = 30
const HEIGHT = 130
/** In px: where the values stand, left of the bars. */
const BESIDE = 44
/** Above the highest bar, for what is written and marked there. */
const HEADROOM = 14

const LAYERS = [
  { name: 'Read from cache', tone: 'kind-3', of: (row: RequestRow) => row.cache_read_input_tokens },
  {
    name: 'Written to cache',
    tone: 'kind-4',
    of: (row: RequestRow) => row.cache_creation_input_tokens,
  },
  { name: 'Not cached', tone: 'kind-6', of: (row: RequestRow) => row.input_tokens },
]

/**
 * How long the prompt of each turn was, and how much of it came from a cache. Takes requests with
 * the newest first; the turns of the main conversation among them are shown, the oldest left. The
 * table of turns says the same in numbers.
 */
export function ContextChart({ requests }: { requests: readonly RequestRow[] }): JSX.Element {
  const turns = requests
    .filter((row) => !row.is_background && sizeOf(row) > 0)
    .slice(0, MOST_TURNS)
    .reverse()
  if (turns.length < 2) return ''
  const y = scaleLinear([0, Math.max(...turns.map(sizeOf))], [HEIGHT, HEADROOM]).nice(3)
  const width = 100 / Math.max(LEAST_SLOTS, turns.length)
  const ticks = y.ticks(3).filter((tick) => tick > 0)
  return (
    <figure class="context card" aria-label="Context over the turns">
      <figcaption>
        <h3>Context over the turns</h3>
        <ul class="legend quiet">
          {LAYERS.map(({ name, tone }) => (
            <li>
              <svg class={`swatch ${tone}`} viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" />
              </svg>
              <span safe>{name}</span>
            </li>
          ))}
          {turns.some((turn) => causeOf(turn) !== null) ? (
            <li>
              <svg class="swatch bust" viewBox="0 0 10 10" aria-hidden="true">
                <rect y="3" width="10" height="4" />
              </svg>
              <span>Cache lost</span>
            </li>
          ) : (
            ''
          )}
        </ul>
      </figcaption>
      <div class="turns">
        <svg class="values" width={BESIDE} height={HEIGHT + 1} aria-hidden="true">
          {ticks.map((tick) => (
            <text x={BESIDE - 8} y={y(tick) + 4} safe>
              {formatTokens(tick)}
            </text>
          ))}
        </svg>
        <svg class="drawing" height={HEIGHT + 1} aria-hidden="true">
          {ticks.map((tick) => (
            <line class="grid" x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
          ))}
          {turns.map((turn, index) => (
            <Bar turn={turn} x={index * width} width={width} y={y} />
          ))}
          <line class="axis" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
        </svg>
      </div>
    </figure>
  )
}

interface BarProps {
  turn: RequestRow
  /** In percent of the width. */
  x: number
  width: number
  y(tokens: number): number
}

function Bar({ turn, x, width, y }: BarProps): JSX.Element {
  let below = 0
  const at = { x: `${rounded(x + width * 0.1)}%`, width: `${rounded(width * 0.8)}%` }
  return (
    <g>
      {LAYERS.map(({ tone, of }) => {
        const from = below
        below += of(turn) ?? 0
        if (below === from) return ''
        return (
          <rect class={tone} {...at} y={rounded(y(below))} height={rounded(y(from) - y(below))} />
        )
      })}
      {causeOf(turn) === null ? (
        ''
      ) : (
        <rect class="bust" {...at} y={rounded(y(below) - 7)} height="4" rx="2" />
      )}
      <rect class="over" x={`${rounded(x)}%`} width={`${rounded(width)}%`} y="0" height={HEIGHT}>
        <title safe>{describe(turn)}</title>
      </rect>
    </g>
  )
}

function describe(turn: RequestRow): string {
  const cause = causeOf(turn)
  return [
    formatMoment(turn.created_at),
    ...LAYERS.map(({ name, of }) => `${name}: ${formatTokens(of(turn))}`),
    ...(cause === null ? [] : [`Cache lost: ${CAUSES[cause].title.toLowerCase()}`]),
  ].join('\n')
}

function sizeOf(row: RequestRow): number {
  return contextOf(row) ?? 0
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000
}
