import Type, { type Static } from 'typebox'

/**
 * The part of a Messages request that we use; every other field flows through untouched.
 * A content block is described loosely on purpose: new block types must pass.
 */
const Block = Type.Object({
  type: Type.String(),
  text: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  input: Type.Optional(Type.Unknown()),
  tool_use_id: Type.Optional(Type.String()),
  is_error: Type.Optional(Type.Boolean()),
  thinking: Type.Optional(Type.String()),
  signature: Type.Optional(Type.String()),
  data: Type.Optional(Type.String()),
  tool_name: Type.Optional(Type.String()),
  title: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  content: Type.Optional(Type.Unknown()),
  source: Type.Optional(Type.Unknown()),
  cache_control: Type.Optional(Type.Unknown()),
})
export type Block = Static<typeof Block>

const Content = Type.Union([Type.String(), Type.Array(Block)])

const Message = Type.Object({
  role: Type.Union([Type.Literal('user'), Type.Literal('assistant'), Type.Literal('system')]),
  content: Content,
})
export type Message = Static<typeof Message>

const Tool = Type.Object({
  name: Type.Optional(Type.String()),
  type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  description: Type.Optional(Type.String()),
  input_schema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  defer_loading: Type.Optional(Type.Boolean()),
})
export type Tool = Static<typeof Tool>

export const CountTokensBody = Type.Object({
  model: Type.String({ minLength: 1, maxLength: 256 }),
  messages: Type.Array(Message, { minItems: 1 }),
  system: Type.Optional(Content),
  tools: Type.Optional(Type.Array(Tool)),
  tool_choice: Type.Optional(
    Type.Object({
      type: Type.String(),
      name: Type.Optional(Type.String()),
      disable_parallel_tool_use: Type.Optional(Type.Boolean()),
    }),
  ),
  thinking: Type.Optional(
    Type.Object({ type: Type.String(), budget_tokens: Type.Optional(Type.Number()) }),
  ),
  output_config: Type.Optional(
    Type.Object({
      effort: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      format: Type.Optional(Type.Unknown()),
    }),
  ),
})

export const MessagesBody = Type.Object({
  ...CountTokensBody.properties,
  max_tokens: Type.Integer({ minimum: 0 }),
  stream: Type.Optional(Type.Boolean()),
  temperature: Type.Optional(Type.Number()),
  top_p: Type.Optional(Type.Number()),
  top_k: Type.Optional(Type.Number()),
  stop_sequences: Type.Optional(Type.Array(Type.String())),
  metadata: Type.Optional(
    Type.Object({ user_id: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
  ),
})

export type CountTokensBody = Static<typeof CountTokensBody>
export type MessagesBody = Static<typeof MessagesBody>

/** A request as the client sent it: the exact text, and what we read in it. */
export interface ClientRequest<Body extends CountTokensBody = MessagesBody> {
  /** The JSON as it came; what the byte-exact lane sends on. */
  readonly bytes: Uint8Array
  /** The same as text, for edits. */
  readonly text: string
  readonly body: Body
  /** The client's headers. Nothing in here goes upstream unless a provider names it. */
  readonly headers: Headers
  /** The query string, `?beta=true` or empty. */
  readonly search: string
}
