import { Html } from '@elysiajs/html'
import { describeSource, describeUse, type Limit } from '../limit.ts'

/** A cell with what was used of a limit; `label` heads it where the table has no columns. */
export function UsageCell({
  label,
  used,
  limit,
  format,
}: {
  label: string
  used: number
  limit: Limit | null
  format: (count: number) => string
}) {
  return (
    <td class="usage" data-label={label}>
      <span safe>{describeUse(used, limit, format)}</span>
      {limit ? <Meter share={limit.value > 0 ? Math.min(used / limit.value, 1) : 1} /> : ''}
      <span class="quiet" safe>
        {describeSource(limit)}
      </span>
    </td>
  )
}

/** Takes 0 to 1; says nothing that is not written beside it. */
function Meter({ share }: { share: number }): JSX.Element {
  return (
    <svg
      class={`bar tone-${share === 1 ? 'warn' : 'calm'}`}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" x="0" y="0" width="100" height="10" />
      <rect class="flow" x="0" y="0" width={Math.round(share * 100)} height="10" />
    </svg>
  )
}
