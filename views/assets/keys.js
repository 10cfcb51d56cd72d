// The keyboard: the dialog in views/components/shortcuts.tsx tells what there is. In lists the focus
// itself is the cursor, so that Enter opens a row, and nothing is shown that Tab would not show.

const SECOND_KEY_MS = 1500
const OPEN_LIST = '.facet[open], #custom-range[open]'

const help = document.getElementById('shortcuts')
const opener = document.getElementById('shortcuts-opener')
let awaitedUntil = 0

const ACTIONS = {
  '/': search,
  j: () => step(1),
  k: () => step(-1),
  Escape: leave,
  '?': () => help.showModal(),
  '.': () => document.querySelector('#live-control button')?.click(),
}

opener.hidden = false
opener.addEventListener('click', () => help.showModal())
document.getElementById('shortcuts-closer').addEventListener('click', () => help.close())
if (location.hash === '#search') document.getElementById('search')?.focus()

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.isComposing || help.open) return
  if (isTyped(event)) return
  const isSecond = event.timeStamp < awaitedUntil
  awaitedUntil = event.key === 'g' && !isSecond ? event.timeStamp + SECOND_KEY_MS : 0
  if (isSecond) goTo(event.key)
  else if (ACTIONS[event.key]) {
    ACTIONS[event.key]()
    // Else the key would be typed where the focus has just gone.
    event.preventDefault()
  }
})

// What is typed into a field; only Escape leads out of it, so that the other keys work again.
function isTyped({ key, target }) {
  return key !== 'Escape' && target.closest('input, select, textarea, [contenteditable]') !== null
}

function goTo(key) {
  help.querySelector(`a[data-key="${CSS.escape(key)}"]`)?.click()
}

function search() {
  const field = document.getElementById('search')
  if (field) {
    // Not every browser focuses what it selects.
    field.focus()
    field.select()
  } else location.assign('/requests#search')
}

function step(by) {
  if (isRequest()) {
    document.querySelector(by > 0 ? 'a[rel~=next]' : 'a[rel~=prev]')?.click()
    return
  }
  // Not those in what is folded, where no focus can be.
  const rows = [...document.querySelectorAll('main tbody tr:has(a[href])')].filter((row) =>
    row.checkVisibility(),
  )
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const row = at < 0 ? rows[0] : rows[at + by]
  row?.querySelector('a[href]').focus()
}

function leave() {
  const list = document.querySelector(OPEN_LIST)
  if (list) {
    list.open = false
    list.querySelector('summary').focus()
  } else if (document.activeElement !== document.body) document.activeElement.blur()
  else if (isRequest()) location.assign(`/requests${location.search}`)
}

function isRequest() {
  return location.pathname.startsWith('/requests/')
}
