import type { Timers } from '../routing/target.ts'
import type { TextOrNumber } from './fields.ts'
import { timerMs } from './units.ts'

interface TimerFields {
  connect_timeout?: TextOrNumber
  first_event_timeout?: TextOrNumber
  idle_timeout?: TextOrNumber
  request_timeout?: TextOrNumber
}

/** The timers a provider or a variant sets for itself. */
export function readTimers(section: TimerFields): Partial<Timers> {
  return {
    ...(section.connect_timeout && { connectTimeoutMs: timerMs(section.connect_timeout) }),
    ...(section.first_event_timeout && {
      firstEventTimeoutMs: timerMs(section.first_event_timeout),
    }),
    ...(section.idle_timeout && { idleTimeoutMs: timerMs(section.idle_timeout) }),
    ...(section.request_timeout && { requestTimeoutMs: timerMs(section.request_timeout) }),
  }
}
