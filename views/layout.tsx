import { Html, type PropsWithChildren } from '@elysiajs/html'
import { VERSION } from '../src/version.ts'
import { assetUrls } from './assets/index.ts'
import { Icon } from './components/icon.tsx'
import { Shortcuts } from './components/shortcuts.tsx'

const SECTIONS = {
  overview: { href: '/', label: 'Overview' },
  requests: { href: '/requests', label: 'Requests' },
  sessions: { href: '/sessions', label: 'Sessions' },
  errors: { href: '/errors', label: 'Errors' },
  providers: { href: '/providers', label: 'Providers' },
} as const
export type Section = keyof typeof SECTIONS

/**
 * htmx 4 swaps error pages in unless told otherwise; a failed refresh should leave what is there.
 * Its own style element would break the content security policy. What the reader has unfolded stays
 * so when the content around it is exchanged.
 */
const HTMX_CONFIG = JSON.stringify({
  extensions: 'ptag',
  history: 'reload',
  includeIndicatorCSS: false,
  morphIgnore: ['data-htmx-powered', 'open'],
  noSwap: [204, 304, '4xx', '5xx'],
  defaultTimeout: 10_000,
})

const FAVICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' " +
  "stroke='%236d5efc' stroke-width='2' stroke-linecap='round'><path d='M2 8h4m0 0c3 0 3-4 8-4M6 8c3 0 3 4 8 4'/></svg>"

type LayoutProps = PropsWithChildren<{
  title: string
  section: Section | null
  liveUrl: string | null
  tag: string
}>

export function Layout({ title, section, liveUrl, tag, children }: LayoutProps): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title safe>{`${title} · claude-proxy`}</title>
        <link rel="icon" href={FAVICON} />
        <link rel="stylesheet" href={assetUrls.stylesheet} />
        <script src={assetUrls.theme}></script>
        <script src={assetUrls.library} defer></script>
        <script src={assetUrls.script} defer></script>
      </head>
      <body>
        <a class="skip-link" href="#main">
          Skip to content
        </a>
        <header class="top">
          <a class="brand" href="/">
            <Icon name="route" /> claude-proxy
          </a>
          <nav aria-label="Pages">
            {Object.entries(SECTIONS).map(([name, { href, label }]) => (
              <a href={href} aria-current={name === section ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
          <div class="controls">
            {liveUrl === null ? '' : <LiveControl url={liveUrl} />}
            <ThemeButton />
          </div>
        </header>
        <main id="main" tabindex="-1">
          {liveUrl === null ? (
            children
          ) : (
            <div
              id="live"
              hx-get={liveUrl}
              hx-trigger="every 2s, refresh"
              hx-swap="innerMorph"
              hx-sync="this:drop"
              hx-ptag={tag}
            >
              {children}
            </div>
          )}
        </main>
        <Foot />
      </body>
    </html>
  )
}

/** Hidden until the script that makes it work shows it; without scripts a link does the same. */
function LiveControl({ url }: { url: string }): JSX.Element {
  return (
    <>
      <div id="live-control" class="live-control" data-state="live" hidden>
        <span role="status">Live</span>
        <button type="button">Pause</button>
      </div>
      <noscript>
        <a class="live-control" href={url}>
          Refresh
        </a>
      </noscript>
    </>
  )
}

/** Hidden until the script that makes it work shows it. */
function ThemeButton(): JSX.Element {
  return (
    <button id="theme" class="theme" type="button" hidden>
      {(['system', 'light', 'dark'] as const).map((choice) => (
        <span class={`icon-${choice}`}>
          <Icon name={choice} />
        </span>
      ))}
    </button>
  )
}

function Foot(): JSX.Element {
  return (
    <footer class="foot">
      <span safe>{`claude-proxy ${VERSION}`}</span>
      <a href="/api/stats">JSON API</a>
      <a href="/api/openapi.json">OpenAPI</a>
      <a href="/health">Health</a>
      <Shortcuts />
    </footer>
  )
}
