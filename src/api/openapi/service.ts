import Type from 'typebox'
import { Summary } from './figures.ts'
import { oneOf, orNull } from './parts.ts'
import { Target } from './targets.ts'

export const Health = Type.Object({ status: oneOf(['healthy']) })
export const Hello = Type.Object({ message: Type.String() })

export const Readiness = Type.Object({
  status: oneOf(['ready', 'unavailable']),
  reasons: Type.Array(Type.String(), { description: 'What keeps it from working.' }),
})

export const Debug = Type.Object({
  version: Type.String(),
  bun: Type.String(),
  uptime_s: Type.Integer(),
  config: Type.Unknown({ description: 'The configuration without its secrets.' }),
  targets: Type.Array(Target),
  totals: orNull(Summary, 'Null where the history cannot be read.'),
  waiting_rows: Type.Integer({ description: 'Requests that wait to be written.' }),
  lost_rows: Type.Integer({ description: 'Requests that could not be written.' }),
})

export const ApiError = Type.Object(
  {
    type: oneOf(['error']),
    error: Type.Object({ type: Type.String(), message: Type.String() }),
    request_id: Type.String(),
  },
  { description: "An error in Anthropic's shape." },
)

/** What Anthropic documents: its members are not ours to list. */
export const Anthropic = Type.Object({}, { description: "As in Anthropic's Messages API." })

export const OpenApi = Type.Object({}, { description: 'An OpenAPI 3.1 document.' })
