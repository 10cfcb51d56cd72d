import { SERVICES } from '../src/config/services.ts'
import type { Outcome } from '../src/errors.ts'
import type { ErrorGroup } from '../src/history/answers.ts'
import type { RequestState } from '../src/history/schema.ts'
import { SITUATIONS, type Situation } from './situations.ts'

type Failure = Pick<ErrorGroup, 'provider' | 'outcome' | 'example'>

/**
 * What a person can do about a failure, in a sentence or two; what is to be typed stands between
 * backticks. A situation we know by its words comes before what goes for all failures of a kind.
 */
export function adviceFor(group: Failure): string {
  const known = SITUATIONS.find((situation) => isIn(situation, group))
  const advice = known?.advice ?? adviceForKind(group.outcome)
  const provider = group.provider ?? ''
  return advice.replaceAll('{key}', () => keyOf(provider)).replaceAll('{provider}', () => provider)
}

/** An outcome of another version has none. */
function adviceForKind(outcome: string): string {
  return Object.hasOwn(KINDS, outcome) ? KINDS[outcome as keyof typeof KINDS] : UNKNOWN
}

/** Where its key comes from: the environment only fills what the config leaves open. */
function keyOf(provider: string): string {
  const variable = SERVICES.get(provider)?.keyVariable
  const own = '`providers.{provider}.api_key` in the config'
  return variable ? `${own}, else \`${variable}\` in the environment` : own
}

function isIn({ words, outcomes }: Situation, { outcome, example }: Failure) {
  return (!outcomes || outcomes.some((one) => one === outcome)) && words.test(example)
}

/** What goes for all failures of a kind. */
const KINDS: Record<Outcome | RequestState, string> = {
  rate_limited:
    'Set `rpm` or `tpm` of the variant to what the account is given, so that it is skipped before it refuses; or ask the provider for a larger quota.',
  overloaded:
    'The service itself is busy and comes back by itself. Another provider or region behind it keeps you working.',
  server_error:
    'The service failed; there is nothing to mend here. If it stays, look at its status page and move the variant further back.',
  reset:
    'The connection was cut. If it happens often, look at the VPN, proxy or firewall in between.',
  unreachable: 'Check `providers.{provider}.base_url`, the network, and a VPN or proxy in between.',
  silent:
    'It took the request and said nothing. A local model may be loading: raise `first_event_timeout` of the provider. Else lower it, so that the next in line is asked sooner.',
  bad_answer:
    'What came is no answer. If it stays, check `providers.{provider}.base_url` and `api`: the server may speak another API.',
  credential: 'Check the key: {key}. It must be one of this provider, and not of another.',
  billing: 'Add credit or raise the limit in the provider’s console; until then others are asked.',
  unavailable:
    'Compare `model` of the variant with the provider’s list of models, and look whether the account may use it.',
  unsupported:
    'Put what the message names under `strip` of the variant: it is then left out from the beginning.',
  too_long:
    'Shorten the conversation with `/compact`, or add a variant with a larger window; with `context_window` set it is asked at once.',
  unfit:
    'This variant cannot take what the request holds, so the next one was asked. Only a last variant needs a companion behind it.',
  rejected:
    'The request itself is at fault, so nobody else was asked. The message says what; a newer Claude Code may already do better.',
  aborted: 'The client left. If it left for waiting too long, lower `max_wait` or add variants.',
  complete: 'Nothing: the request was answered.',
  partial: 'An answer broke off. `on_stream_failure: continue` lets another variant go on.',
  client_closed: 'The client left before anybody was asked. There is nothing to mend.',
  failed:
    'Nobody could be asked: the request was at fault, or every variant was out. The Providers page says which is out, until when and why.',
  interrupted: 'The proxy was stopped while this was under way. There is nothing to mend.',
}

const UNKNOWN = 'The message is all that is known.'
