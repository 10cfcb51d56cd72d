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
    <section class="shortcuts" aria-label="Shortcuts">
      <button id="shortcuts-opener" type="button" hidden>
        Keys <kbd>?</kbd>
      </button>
      <dialog id="shortcuts" aria-label="Shortcuts" closedby="any">
        <ul>
          {KEYS.map(([key, what]) => (
            <li>
              <span>
                <kbd safe>{key}</kbd>
              </span>
              <span safe>{what}</span>
            </li>
          ))}
          {PLACES.map(([key, href, label]) => (
            <li>
              <span>
                <kbd>g</kbd> <kbd safe>{key}</kbd>
              </span>
              <a href={href} data-key={key} safe>
                {label}
              </a>
            </li>
          ))}
        </ul>
        <button id="shortcuts-closer" type="button" autofocus>
          Close
        </button>
      </dialog>
    </section>
  )
}
