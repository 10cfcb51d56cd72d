import { Html } from '@elysiajs/html'

const KEYS: readonly [key: string, what: string][] = [
  ['/', 'Search the requests'],
  ['j', 'Next row, or the next request'],
  ['k', 'Previous row, or the request before'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close, let go, or back to the list'],
  ['.', 'Pause or resume'],
  ['?', 'Show this'],
]

/** The second of two keys, the first being `g`. */
const PLACES: readonly [key: string, href: string, label: string][] = [
  ['o', '/', 'Overview'],
  ['r', '/requests', 'Requests'],
  ['s', '/sessions', 'Sessions'],
  ['e', '/errors', 'Errors'],
  ['p', '/providers', 'Providers'],
]

/** All that the keyboard does, for assets/keys.js to show; its links are where `g` leads. */
export function Shortcuts(): JSX.Element {
  return (
    <section class="shortcuts" aria-label="Keyboard">
      <button id="shortcuts-opener" type="button" hidden>
        Keys <kbd>?</kbd>
      </button>
      <dialog id="shortcuts" aria-labelledby="shortcuts-heading" closedby="any">
        <h2 id="shortcuts-heading">Keyboard</h2>
        <dl>
          {KEYS.map(([key, what]) => (
            <div>
              <dt>
                <kbd safe>{key}</kbd>
              </dt>
              <dd safe>{what}</dd>
            </div>
          ))}
          {PLACES.map(([key, href, label]) => (
            <div>
              <dt>
                <kbd>g</kbd> <kbd safe>{key}</kbd>
              </dt>
              <dd>
                <a href={href} data-key={key} safe>
                  {label}
                </a>
              </dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </section>
  )
}
