import { Html } from '@elysiajs/html'
import { RANGES, type Range } from '../../src/history/range.ts'

interface RangePickerProps {
  range: Range
  /** The page that is asked. */
  path: string
  /** The other parameters of its address, which stay. */
  query?: Readonly<Record<string, string>>
  /** Where the page can be about all time: whether it is. */
  all?: boolean
}

/** The stretch of time a page is about: one of ours by a link, any other by two dates. */
export function RangePicker({ range, path, query = {}, all }: RangePickerProps): JSX.Element {
  const custom = range.name === null && !all
  return (
    <div id="range" class="range-picker">
      <nav aria-label="Range of time">
        {all === undefined ? (
          ''
        ) : (
          <a
            href={Html.escapeHtml(`${path}?${new URLSearchParams(query)}`)}
            aria-current={all ? 'true' : undefined}
          >
            all
          </a>
        )}
        {Object.keys(RANGES).map((name) => (
          <a
            href={Html.escapeHtml(`${path}?${new URLSearchParams({ ...query, range: name })}`)}
            aria-current={name === range.name ? 'true' : undefined}
            safe
          >
            {name}
          </a>
        ))}
      </nav>
      <details id="custom-range">
        <summary aria-current={custom ? 'true' : undefined}>Custom</summary>
        <form action={path} method="get">
          {Object.entries(query).map(([name, value]) => (
            <input type="hidden" name={Html.escapeHtml(name)} value={Html.escapeHtml(value)} />
          ))}
          <DateField label="From" name="since" time={range.since} />
          <DateField label="Until" name="until" time={range.until} />
          <button type="submit">Show</button>
        </form>
      </details>
    </div>
  )
}

function DateField({ label, name, time }: { label: string; name: string; time: number }) {
  // What is being chosen stays when the page around it is exchanged; what goes with it does not.
  return (
    <label hx-morph-skip="true">
      <span safe>{label}</span>
      <input type="datetime-local" name={name} value={localTime(time)} required />
    </label>
  )
}

/** As the control wants it: in the zone of this machine, without saying so. */
function localTime(time: number): string {
  const minute = 60_000
  const shifted = time - new Date(time).getTimezoneOffset() * minute
  return new Date(shifted).toISOString().slice(0, 16)
}
