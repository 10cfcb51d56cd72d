import { Html } from '@elysiajs/html'
import { formatCount } from '../format.ts'
import { Icon } from './icon.tsx'

/** How a figure is read: the words for up and down, and which of them is welcome. */
const READINGS = {
  count: { up: 'more', down: 'fewer', often: 'as many', welcome: null },
  amount: { up: 'more', down: 'less', often: 'as much', welcome: null },
  time: { up: 'slower', down: 'faster', often: 'as long', welcome: 'down' },
  share: { up: 'points better', down: 'points worse', often: '', welcome: 'up' },
} as const

/** From here on nobody reads percent. */
const MANY_TIMES = 10

/** What moves by less, in percent or in points, is neither better nor worse. */
const NOTABLE = { percent: 5, points: 0.5 }

export interface Moved {
  as: keyof typeof READINGS
  now: number | null
  before: number | null
}

/** How a figure moved from the stretch of time before: an arrow, and in words whether it is better. */
export function Change({ as, now, before }: Moved): JSX.Element {
  if (now === null || before === null || (before === 0 && as !== 'share')) return ''
  // A share moves by points, anything else by a part of what it was.
  const percent = 100 * (as === 'share' ? now - before : (now - before) / before)
  const size = Math.abs(percent)
  if (size < 0.05) return <dd class="change tone-calm">as before</dd>
  const direction = percent > 0 ? 'up' : 'down'
  const { welcome } = READINGS[as]
  const isNotable = size >= (as === 'share' ? NOTABLE.points : NOTABLE.percent)
  const tone = !isNotable || welcome === null ? 'calm' : welcome === direction ? 'good' : 'warn'
  return (
    <dd class={`change tone-${tone}`}>
      <Icon name={direction} />
      <span safe>{describe(as, size, direction)}</span>
    </dd>
  )
}

/** `size` is in percent, or in points for a share. */
function describe(as: Moved['as'], size: number, direction: 'up' | 'down'): string {
  const words = READINGS[as]
  const times = size / 100 + 1
  if (direction === 'up' && times >= MANY_TIMES && as !== 'share') {
    return `${formatCount(Math.round(times))} times ${words.often}`
  }
  const amount = size < 9.95 ? size.toFixed(1) : formatCount(Math.round(size))
  return `${amount}${as === 'share' ? '' : '%'} ${words[direction]}`
}
