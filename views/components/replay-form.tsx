import { Html } from '@elysiajs/html'
import type { Payload } from '../../src/history/answers.ts'
import type { TargetState } from '../../src/routing/states.ts'

interface ReplayFormProps {
  id: string
  payload: Payload | null
  targets: readonly TargetState[]
}

/** Sends the request again, as a plain form: the answer is the page that compares the two. */
export function ReplayForm({ id, payload, targets }: ReplayFormProps): JSX.Element {
  const body = payload?.request ?? null
  if (!body) return <p class="quiet">Without its body it cannot be sent again.</p>
  if (body.is_cut) {
    return <p class="quiet">Its body was not kept whole, so it cannot be sent again.</p>
  }
  return (
    <form class="replay" method="post" action={`/requests/${encodeURIComponent(id)}/replay`}>
      <label>
        <span>Send again</span>
        <select name="target">
          <option value="">as it is routed now</option>
          {targets.map((target) => (
            <option value={Html.escapeHtml(target.id)} safe>
              {target.state === 'ready' ? `to ${target.id}` : `to ${target.id} (not ready)`}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" title="A real request, which costs what it costs">
        Replay
      </button>
    </form>
  )
}
