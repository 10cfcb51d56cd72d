import { Html } from '@elysiajs/html'
import { formatClock, formatMoment } from '../format.ts'

/** When something happened, Unix ms. assets/times.js turns the time of day into "5 s ago". */
export function Moment({ time }: { time: number }): JSX.Element {
  return (
    <time datetime={new Date(time).toISOString()} title={formatMoment(time)} data-tell="ago" safe>
      {formatClock(time)}
    </time>
  )
}

/** How long something lasts still, Unix ms. assets/times.js turns it into "12 s left". */
export function Countdown({ until }: { until: number }): JSX.Element {
  return (
    <time
      datetime={new Date(until).toISOString()}
      title={formatMoment(until)}
      data-tell="left"
      safe
    >
      {`until ${formatClock(until)}`}
    </time>
  )
}
