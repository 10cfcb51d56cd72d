import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'

/** What can be done about a target; each works without scripts. */
export function TargetActions({ target }: { target: TargetState }): JSX.Element {
  const { id, test } = target
  const isPaused = target.state === 'paused'
  return (
    <div class="actions">
      {isClearable(target) ? (
        <Action id={id} verb="clear" title="Forget this, and let the next request try it" />
      ) : (
        ''
      )}
      {test.obstacle === null ? (
        <Action
          id={id}
          verb="test"
          isBusy={test.running_since !== null}
          title="One tiny request to exactly this target; it counts for its limits"
        />
      ) : (
        ''
      )}
      <Action
        id={id}
        verb={isPaused ? 'resume' : 'pause'}
        title={
          isPaused ? 'Let requests go there again' : 'No request goes there until it is resumed'
        }
      />
    </div>
  )
}

/** A provider without a key is out for as long as the configuration stays: nothing to forget. */
function isClearable({ state, until, unsupported }: TargetState): boolean {
  if (unsupported.length > 0) return true
  if (state === 'ready' || state === 'paused') return false
  return !(state === 'misconfigured' && until === null)
}

const WORDS = { clear: 'Clear', test: 'Test', pause: 'Pause', resume: 'Resume' }

interface ActionProps {
  id: string
  verb: keyof typeof WORDS
  title: string
  isBusy?: boolean
}

/** With htmx only the content of the page is exchanged. Pausing and resuming are one button. */
function Action({ id, verb, title, isBusy = false }: ActionProps): JSX.Element {
  const action = `/providers/${encodeURIComponent(id)}/${verb}`
  const name = verb === 'resume' ? 'pause' : verb
  return (
    <form method="post" action={action} hx-post={action} hx-target="#live" hx-swap="innerMorph">
      <button
        type="submit"
        id={Html.escapeHtml(`${name}-${id}`)}
        title={title}
        aria-disabled={isBusy ? 'true' : undefined}
      >
        <span safe>{isBusy ? 'Testing …' : WORDS[verb]}</span>
        <span class="visually-hidden" safe>
          {` ${id}`}
        </span>
      </button>
    </form>
  )
}
