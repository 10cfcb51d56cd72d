import { Html } from '@elysiajs/html'
import type { Outcome } from '../../src/errors.ts'
import type { RequestState } from '../../src/history/schema.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { Icon, type IconName } from './icon.tsx'

interface Face {
  tone: 'good' | 'warn' | 'bad' | 'calm'
  icon: IconName
  label: string
}

export const REQUEST_FACES: Record<RequestState, Face> = {
  complete: { tone: 'good', icon: 'check', label: 'OK' },
  partial: { tone: 'warn', icon: 'half', label: 'Partial' },
  client_closed: { tone: 'calm', icon: 'leave', label: 'Cancelled' },
  failed: { tone: 'bad', icon: 'cross', label: 'Failed' },
  interrupted: { tone: 'warn', icon: 'pause', label: 'Interrupted' },
}

const OUTCOME_FACES: Record<Outcome | 'ok', Face> = {
  ok: { tone: 'good', icon: 'check', label: 'Answered' },
  rate_limited: { tone: 'warn', icon: 'clock', label: 'Rate limited' },
  overloaded: { tone: 'warn', icon: 'clock', label: 'Overloaded' },
  server_error: { tone: 'bad', icon: 'cross', label: 'Server error' },
  reset: { tone: 'bad', icon: 'cross', label: 'Connection reset' },
  unreachable: { tone: 'bad', icon: 'cross', label: 'Unreachable' },
  silent: { tone: 'bad', icon: 'clock', label: 'Silent' },
  bad_answer: { tone: 'bad', icon: 'cross', label: 'Unusable answer' },
  credential: { tone: 'bad', icon: 'key', label: 'Credential refused' },
  billing: { tone: 'bad', icon: 'key', label: 'Out of credit' },
  unavailable: { tone: 'bad', icon: 'ban', label: 'Model unavailable' },
  unsupported: { tone: 'warn', icon: 'cross', label: 'Unsupported part' },
  too_long: { tone: 'warn', icon: 'cross', label: 'Too long' },
  unfit: { tone: 'warn', icon: 'cross', label: 'Not for this target' },
  rejected: { tone: 'bad', icon: 'cross', label: 'Rejected' },
  aborted: { tone: 'calm', icon: 'leave', label: 'Client left' },
}

/** A request for which nobody was asked has no outcome but its state. */
const FAILURE_FACES = { ...REQUEST_FACES, ...OUTCOME_FACES }

const TARGET_FACES: Record<TargetState['state'], Face> = {
  ready: { tone: 'good', icon: 'check', label: 'Ready' },
  cooling: { tone: 'warn', icon: 'clock', label: 'Cooling down' },
  half_open: { tone: 'warn', icon: 'half', label: 'Being tried' },
  unavailable: { tone: 'bad', icon: 'ban', label: 'Unavailable' },
  misconfigured: { tone: 'bad', icon: 'key', label: 'Misconfigured' },
  paused: { tone: 'calm', icon: 'pause', label: 'Paused' },
}

/** How a request ended, and the HTTP status the client saw. */
export function RequestBadge({ state, status }: { state: RequestState; status: number }) {
  return <Badge face={REQUEST_FACES[state]} status={status} />
}

/** How an attempt ended; an outcome of another version is shown by its own name. */
export function OutcomeBadge({ outcome, status }: { outcome: string; status: number | null }) {
  return <Badge face={outcomeFace(outcome)} status={status} />
}

export function TargetBadge({ state }: { state: TargetState['state'] }) {
  return <Badge face={TARGET_FACES[state]} status={null} />
}

export function outcomeFace(outcome: string): Face {
  const faces: Record<string, Face> = FAILURE_FACES
  const face = Object.hasOwn(faces, outcome) ? faces[outcome] : undefined
  return face ?? { tone: 'calm', icon: 'half', label: outcome }
}

function Badge({ face, status }: { face: Face; status: number | null }): JSX.Element {
  return (
    <span class={`badge tone-${face.tone}`}>
      <Icon name={face.icon} />
      <span safe>{face.label}</span>
      {status === null ? '' : <span class="code">{status}</span>}
    </span>
  )
}
