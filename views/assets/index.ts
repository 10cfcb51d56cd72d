import ptag from 'htmx.org/dist/ext/hx-ptag.min.js' with { type: 'text' }
import htmx from 'htmx.org/dist/htmx.min.js' with { type: 'text' }
import base from './base.css' with { type: 'text' }
import charts from './charts.css' with { type: 'text' }
import components from './components.css' with { type: 'text' }
import copy from './copy.js' with { type: 'text' }
import errors from './errors.css' with { type: 'text' }
import figures from './figures.css' with { type: 'text' }
import filters from './filters.css' with { type: 'text' }
import filtersScript from './filters.js' with { type: 'text' }
import folding from './folding.css' with { type: 'text' }
import frame from './frame.css' with { type: 'text' }
import hints from './hints.js' with { type: 'text' }
import keys from './keys.js' with { type: 'text' }
import live from './live.js' with { type: 'text' }
import overview from './overview.css' with { type: 'text' }
import parts from './parts.css' with { type: 'text' }
import range from './range.css' with { type: 'text' }
import request from './request.css' with { type: 'text' }
import requests from './requests.css' with { type: 'text' }
import rows from './rows.js' with { type: 'text' }
import sessions from './sessions.css' with { type: 'text' }
import shortcuts from './shortcuts.css' with { type: 'text' }
import tables from './tables.css' with { type: 'text' }
import targets from './targets.css' with { type: 'text' }
import theme from './theme.js' with { type: 'text' }
import times from './times.js' with { type: 'text' }
import tokens from './tokens.css' with { type: 'text' }
import transcript from './transcript.css' with { type: 'text' }

export interface Asset {
  name: string
  type: string
  body: string
  hash: string
}

const CSS = 'text/css; charset=utf-8'
const JS = 'text/javascript; charset=utf-8'

const stylesheet = asset('app.css', CSS, [
  tokens,
  base,
  frame,
  parts,
  components,
  figures,
  tables,
  targets,
  filters,
  range,
  charts,
  overview,
  errors,
  sessions,
  request,
  transcript,
  folding,
  requests,
  shortcuts,
])
/** On its own, since it has to be there before the page is painted. */
const themes = asset('theme.js', JS, [theme].map(alone))
const library = asset('htmx.js', JS, [htmx, ptag])
const script = asset('app.js', JS, [hints, times, live, rows, filtersScript, keys, copy].map(alone))

/** Everything a page loads. */
export const assets: readonly Asset[] = [stylesheet, themes, library, script]

/** Where a page loads it from; the address changes with the content. */
export const assetUrls = {
  stylesheet: url(stylesheet),
  theme: url(themes),
  library: url(library),
  script: url(script),
}

function asset(name: string, type: string, parts: string[]): Asset {
  const body = parts.join('\n')
  return { name, type, body, hash: Bun.hash(body).toString(36) }
}

/** Scripts are one file, and know nothing of each other's names. */
function alone(code: string): string {
  return `(() => {\n${code}\n})();`
}

function url({ name, hash }: Asset): string {
  return `/assets/${name}?v=${hash}`
}
