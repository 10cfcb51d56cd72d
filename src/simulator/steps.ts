/** A call as the simulator saw it. */
export interface SimulatedCall {
  wire: 'anthropic' | 'bedrock' | 'openai'
  model: string
  method: string
  /** The request target as it was sent: escapes and query included. */
  path: string
  headers: Headers
  /** The body as received. */
  text: string
  /** The body as JSON; `undefined` where it is none. */
  body: unknown
  /** What was answered; null while nothing was, and for silence and resets. */
  status: number | null
  /** Resolves when the caller went away before its answer was complete. */
  aborted: Promise<void>
  /** Until the answer was complete or one of the two went away. */
  isOpen: boolean
}

/** Tokens in Anthropic's way of counting: the four add up to the whole. */
export interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
}

/**
 * What happens to one call. `after` counts content deltas (of text, thinking or a tool's input);
 * 0 is behind the head of the stream and before any content. An unstreamed answer is cut, stalled
 * or garbled in its middle, and an `error` is then an HTTP error. `text` is what an answer would
 * have said, were it whole; `pings` keep a stream alive while it waits.
 */
export type Step =
  | TextStep
  | ToolStep
  /**
   * An HTTP error in the wire's own shape; `type` is the error's type, name or code there. With
   * status 200 it is an error that calls itself an answer.
   */
  | {
      kind: 'refuse'
      status: number
      message?: string
      type?: string
      headers?: Record<string, string>
    }
  /** Takes the request and never answers. */
  | { kind: 'silence' }
  /** The connection is reset before any byte of an answer. */
  | { kind: 'reset' }
  /** `inside`: half of the next event still comes. */
  | { kind: 'cut'; after: number; inside?: true; text?: string }
  | { kind: 'stall'; after: number; pings?: true; text?: string }
  /** An error inside the stream, such as `overloaded_error` or `throttlingException`; it waits for `gate`. */
  | {
      kind: 'error'
      after: number
      type?: string
      message?: string
      gate?: Promise<void>
      pings?: true
      text?: string
    }
  /** The whole answer, and in it, behind so many deltas, one more event that is no JSON. */
  | { kind: 'garble'; after: number; text?: string }
  /** All of a stream but `message_stop` or `[DONE]`, which never comes; the connection stays. */
  | { kind: 'unfinished'; text?: string }
  /** Says its first word over and over until the caller leaves. */
  | { kind: 'endless'; text?: string }
  /** Sent as it is. */
  | { kind: 'body'; status?: number; contentType: string; body: string | Uint8Array }
  | { kind: 'redirect'; location: string }

export interface ToolStep {
  kind: 'tool'
  calls: ToolCall[]
  text?: string
  thinking?: string
  /** Replaces what would be counted. */
  usage?: Partial<Usage>
}

export interface TextStep {
  kind: 'text'
  text?: string
  /** How many pieces the text comes in; without a text, how much of it there is. */
  deltas?: number
  thinking?: string
  stopReason?: 'end_turn' | 'max_tokens'
  /** Status and head go out at once, and the content after this, or after so many ms. */
  contentAfter?: Promise<void> | number
  /** A stream waits for it behind its first content delta. */
  gate?: Promise<void>
  /** Pause between two deltas, in ms. */
  paceMs?: number
  /** Replaces what would be counted. */
  usage?: Partial<Usage>
}

export interface ToolCall {
  name: string
  input: Record<string, unknown>
}
