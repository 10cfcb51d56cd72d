import type { ClientRequest, CountTokensBody, MessagesBody } from '../messages/request.ts'
import type { Target } from '../routing/target.ts'

/** One attempt: what to send, where to, and when to give up. */
export interface Call<Body extends CountTokensBody = MessagesBody> {
  request: ClientRequest<Body>
  target: Target
  /** Aborted when the client leaves or one of our timers ends; the reason is a ProxyError. */
  signal: AbortSignal
  /** On a connection of its own: the last one taken from the pool was dead. */
  isFresh?: boolean
  /** Hears the headers of whatever the service answers: they may tell how much it takes. */
  heard?(headers: Headers): void
}

/**
 * A provider is an Anthropic request in, a `Response` that speaks Anthropic out.
 *
 * The response is a 200: a JSON message, or, where the request says `stream: true`, an event stream
 * in Anthropic's words. Every failure is a ProxyError with an `outcome`: thrown by the call as long
 * as there is no response, by the body of the response afterwards. Providers never retry.
 */
export interface Provider {
  readonly name: string
  /** Why it cannot be used, as a sentence with the remedy; null when nothing is missing. */
  readonly unusable: string | null
  /** The client's own credential goes upstream, so its failures are the client's to hear of. */
  readonly passthrough?: boolean
  /** Anthropic itself, as opposed to a service that only speaks like it. */
  readonly isAnthropic?: boolean
  /** Its wire has a last message of the assistant mean: go on from here. */
  readonly prefill?: boolean
  /** The largest request body the service takes, in bytes; absent where that is not known. */
  readonly maxBodyBytes?: number
  /** Whether a Claude answers there in its own words, and so takes back what any Claude thought. */
  isClaude?(target: Target): boolean
  /** Whether Anthropic's server tool of this name (without a version) runs there; absent: none does. */
  runsTool?(name: string, target: Target): boolean
  messages(call: Call): Promise<Response>
  /** A real count of the input tokens; absent where the service has none. */
  countTokens?(call: Call<CountTokensBody>): Promise<number>
}
