import { Html } from '@elysiajs/html'
import { formatCount } from '../format.ts'
import { Icon } from './icon.tsx'

/** How a figure is read: the words for up and down, and which of them is welcome. */
const READINGS = {
  count: { up: 'more', down: 'fewer', welcome: null },
  amount: { up: 'more', down: 'less', welcome: null },
  time: { up: 'slower', down: 'faster', welcome: 'down' },
  share: { up: 'points better', down: 'points worse', welcome: 'up' },
} as const

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
  const amount = size < 9.95 ? size.toFixed(1) : formatCount(Math.round(size))
  if (Number(amount) === 0) return <dd class="change tone-calm">as before</dd>
  const direction = percent > 0 ? 'up' : 'down'
  const { welcome, ...words } = READINGS[as]
  const isNotable = size >= (as === 'share' ? NOTABLE.points : NOTABLE.percent)
  const tone = !isNotable || welcome === null ? 'calm' : welcome === direction ? 'good' : 'warn'
  return (
    <dd class={`change tone-${tone}`}>
      <Icon name={direction} />
      <span safe>{`${amount}${as === 'share' ? '' : '%'} ${words[direction]}`}</span>
    </dd>
  )
}
