import Type from 'typebox'
import { OVER_TIME, oneOf, orNull } from './parts.ts'

const limit = () => orNull(Type.Number(), 'Set in the config.')
const learned = () =>
  orNull(
    Type.Object({ value: Type.Number(), confidence: Type.Number({ minimum: 0, maximum: 1 }) }),
    'What it turned out to take, where the config says nothing.',
  )
const strips = (description: string) => Type.Array(Type.String(), { description })

export const TestResult = Type.Object(
  {
    at: Type.Integer({ description: 'Unix ms.' }),
    outcome: Type.String({ description: '`ok`, or the kind of failure.' }),
    model: Type.String(),
    first_event_ms: orNull(Type.Number()),
    duration_ms: Type.Number(),
    text: orNull(Type.String(), 'What the model said in the few tokens it had.'),
    error: orNull(Type.String()),
    advice: orNull(Type.String(), 'What a person can do about it.'),
  },
  { description: 'How one tiny request to one target went.' },
)

export const Target = Type.Object(
  {
    id: Type.String(),
    provider: Type.String(),
    model: Type.String(),
    region: orNull(Type.String()),
    state: oneOf(
      ['ready', 'cooling', 'half_open', 'unavailable', 'misconfigured', 'paused'],
      '`half_open`: the rest is over, and one request tries whether the trouble is.',
    ),
    reason: orNull(Type.String(), 'Why it is not ready.'),
    until: orNull(Type.Number(), 'When it is asked again, Unix ms; null where no time is set.'),
    in_flight: Type.Integer(),
    requests_last_minute: Type.Number(),
    tokens_last_minute: Type.Number(),
    rpm: limit(),
    tpm: limit(),
    max_concurrent: limit(),
    learned_rpm: learned(),
    learned_tpm: learned(),
    first_event_ms: orNull(Type.Number(), 'How long it usually takes until content.'),
    unsupported: strips('What it turned out not to know, and is spared.'),
    strip: strips('What the config has left out.'),
    routes: Type.Array(Type.Object({ model: Type.String(), place: Type.Integer({ minimum: 1 }) }), {
      description: 'Who asks it, and at which place.',
    }),
    test: Type.Object({
      obstacle: orNull(Type.String(), 'Why it cannot be tested.'),
      running_since: orNull(Type.Number(), 'Unix ms.'),
      last: orNull(TestResult),
    }),
  },
  { description: 'One place a request can be sent to.' },
)

export const TargetList = Type.Object({ targets: Type.Array(Target) })

const counts = () => Type.Array(Type.Integer({ minimum: 0 }), { description: 'One per bucket.' })

export const TargetHistory = Type.Object({
  provider: Type.String(),
  model: Type.String(),
  region: orNull(Type.String()),
  attempts: Type.Integer({ description: 'Without those that ended because the client left.' }),
  succeeded: Type.Integer(),
  attempts_over_time: counts(),
  succeeded_over_time: counts(),
  first_event_over_time: Type.Array(orNull(Type.Number())),
  last_error: orNull(
    Type.Object({
      outcome: Type.String(),
      error: Type.String(),
      at: Type.Integer({ description: 'Unix ms.' }),
      request_id: Type.String(),
    }),
  ),
})

export const TargetHistoryList = Type.Object({ targets: Type.Array(TargetHistory), ...OVER_TIME })

const ids = Type.Array(Type.String(), { description: 'The targets it was meant for.' })
export const Cleared = Type.Object({ cleared: ids })
export const Paused = Type.Object({ paused: ids })
export const Resumed = Type.Object({ resumed: ids })
