import Type from 'typebox'

const closed = { additionalProperties: false }
/** Exactly one of the members: how AWS writes a union. */
const oneOf = { ...closed, minProperties: 1, maxProperties: 1 }

const Name = Type.String({ pattern: '^[a-zA-Z0-9_-]+$', minLength: 1, maxLength: 64 })
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$' })
const Anything = Type.Record(Type.String(), Type.Unknown())
const Source = Type.Object({ bytes: Base64 }, closed)

const Image = Type.Object(
  { format: Type.Enum(['png', 'jpeg', 'gif', 'webp']), source: Source },
  closed,
)
const Document = Type.Object(
  {
    format: Type.Enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']),
    // No more than one space in a row, and none at the ends.
    name: Type.String({
      pattern: '^[A-Za-z0-9\\-()\\[\\]]+(\\s[A-Za-z0-9\\-()\\[\\]]+)*$',
      maxLength: 200,
    }),
    source: Source,
  },
  closed,
)
const CachePoint = Type.Object(
  { type: Type.Literal('default'), ttl: Type.Optional(Type.Enum(['5m', '1h'])) },
  closed,
)

const ResultContent = Type.Object(
  {
    text: Type.Optional(Type.String()),
    json: Type.Optional(Anything),
    image: Type.Optional(Image),
    document: Type.Optional(Document),
  },
  oneOf,
)

const ContentBlock = Type.Object(
  {
    text: Type.Optional(Type.String()),
    image: Type.Optional(Image),
    document: Type.Optional(Document),
    toolUse: Type.Optional(Type.Object({ toolUseId: Name, name: Name, input: Anything }, closed)),
    toolResult: Type.Optional(
      Type.Object(
        {
          toolUseId: Name,
          content: Type.Array(ResultContent, { minItems: 1 }),
          status: Type.Optional(Type.Enum(['success', 'error'])),
        },
        closed,
      ),
    ),
    reasoningContent: Type.Optional(
      Type.Object(
        {
          reasoningText: Type.Optional(
            Type.Object({ text: Type.String(), signature: Type.Optional(Type.String()) }, closed),
          ),
          redactedContent: Type.Optional(Base64),
        },
        oneOf,
      ),
    ),
    cachePoint: Type.Optional(CachePoint),
  },
  oneOf,
)

const Message = Type.Object(
  {
    role: Type.Enum(['user', 'assistant']),
    content: Type.Array(ContentBlock, { minItems: 1 }),
  },
  closed,
)

const ToolConfig = Type.Object(
  {
    tools: Type.Array(
      Type.Object(
        {
          toolSpec: Type.Object(
            {
              name: Name,
              description: Type.Optional(Type.String({ minLength: 1 })),
              inputSchema: Type.Object({ json: Anything }, closed),
              strict: Type.Optional(Type.Boolean()),
            },
            closed,
          ),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    toolChoice: Type.Optional(
      Type.Object(
        {
          auto: Type.Optional(Type.Object({}, closed)),
          any: Type.Optional(Type.Object({}, closed)),
          tool: Type.Optional(Type.Object({ name: Name }, closed)),
        },
        oneOf,
      ),
    ),
  },
  closed,
)

const SystemBlock = Type.Object(
  {
    text: Type.Optional(Type.String({ minLength: 1 })),
    cachePoint: Type.Optional(CachePoint),
  },
  oneOf,
)

/** What CountTokens takes of a request. */
const COUNTED = {
  messages: Type.Array(Message, { minItems: 1 }),
  system: Type.Optional(Type.Array(SystemBlock)),
  toolConfig: Type.Optional(ToolConfig),
  additionalModelRequestFields: Type.Optional(Anything),
}

export const CountedBody = Type.Object(COUNTED, closed)

/** A request of Converse and of ConverseStream (API reference, both operations). */
export const ConverseBody = Type.Object(
  {
    ...COUNTED,
    inferenceConfig: Type.Optional(
      Type.Object(
        {
          maxTokens: Type.Optional(Type.Integer({ minimum: 1 })),
          temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          topP: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          stopSequences: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 4 })),
        },
        closed,
      ),
    ),
    outputConfig: Type.Optional(Anything),
    guardrailConfig: Type.Optional(Anything),
    performanceConfig: Type.Optional(Anything),
    requestMetadata: Type.Optional(Anything),
    serviceTier: Type.Optional(Anything),
  },
  closed,
)
