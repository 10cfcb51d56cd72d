import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'
import { formatCount } from '../format.ts'

type State = TargetState['state']

const GROUPS: { label: string; tone: string; states: State[] }[] = [
  { label: 'ready', tone: 'good', states: ['ready'] },
  { label: 'cooling down', tone: 'warn', states: ['cooling', 'half_open'] },
  { label: 'out', tone: 'bad', states: ['unavailable', 'misconfigured'] },
  { label: 'paused', tone: 'calm', states: ['paused'] },
]

/** How many targets are how, in one line. */
export function Standing({ states }: { states: readonly State[] }): JSX.Element {
  const counts = GROUPS.map((group) => ({
    ...group,
    count: states.filter((state) => group.states.includes(state)).length,
  }))
  if (states.length === 0) return ''
  return (
    <ul id="standing" class="standing" aria-live="polite" aria-label="All targets">
      {counts
        .filter(({ count, label }) => count > 0 || label === 'ready')
        .map(({ label, tone, count }) => (
          <li class={count === 0 ? 'tone-calm' : `tone-${tone}`}>
            <span class="count" safe>
              {formatCount(count)}
            </span>{' '}
            <span safe>{label}</span>
          </li>
        ))}
    </ul>
  )
}
