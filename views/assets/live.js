// Keeps the page up to date, lets the reader pause that, and leaves the server alone while nobody
// looks. Rows do not move under the eyes of who reads them: then it is only told how many came.

const PAUSED = 'paused'

const live = document.getElementById('live')
const control = document.getElementById('live-control')
let paused = wasPaused()
let lost = false

if (live) keepLive()

function keepLive() {
  control.hidden = false
  control.querySelector('button').addEventListener('click', () => {
    paused = !paused
    remember()
    showState()
    refresh()
  })
  document.addEventListener('visibilitychange', refresh)

  // What a link or a button in the page asks for passes here too: that is never held back.
  live.addEventListener('htmx:config:request', (event) => {
    if (event.target !== live) return
    if (paused || document.hidden) event.preventDefault()
    else if (isBeingRead()) {
      event.preventDefault()
      htmx.trigger('#arrivals', 'count')
    }
  })
  live.addEventListener('htmx:after:request', (event) => {
    // Refused counts, too: a login may have run out, and the page stands still.
    if (event.target === live) lost = event.detail.ctx.response.status >= 400
    showState()
  })
  live.addEventListener('htmx:error', () => {
    lost = true
    showState()
  })
  live.addEventListener('htmx:after:swap', (event) => {
    if (event.detail.ctx.request.method === 'POST') keepPlace()
  })
  showState()
}

// A button that was pressed may be gone with its reason: the keyboard goes on where it stood.
function keepPlace() {
  if (document.activeElement === document.body) live.parentElement.focus({ preventScroll: true })
}

function refresh() {
  if (!paused && !document.hidden) htmx.trigger(live, 'refresh')
}

// New rows push the others down: nobody who has scrolled into them, points at them, has the focus
// there or marks text wants that, and on a later page they are not what was asked for.
function isBeingRead() {
  const list = document.getElementById('list')
  if (!list) return false
  const selection = getSelection()
  return (
    list.dataset.isNewest === 'false' ||
    list.getBoundingClientRect().top < 0 ||
    list.matches(':hover, :focus-within') ||
    (!selection.isCollapsed && selection.containsNode(list, true))
  )
}

function showState() {
  const state = paused ? 'paused' : lost ? 'lost' : 'live'
  if (control.dataset.state === state) return
  control.dataset.state = state
  control.querySelector('button').textContent = paused ? 'Resume' : 'Pause'
  control.querySelector('[role=status]').textContent = {
    live: 'Live',
    paused: 'Paused',
    lost: 'No connection',
  }[state]
}

// In this tab until it is closed. A browser that keeps nothing for us throws at every touch.
function wasPaused() {
  try {
    return sessionStorage.getItem(PAUSED) === 'yes'
  } catch {
    return false
  }
}

function remember() {
  try {
    sessionStorage.setItem(PAUSED, paused ? 'yes' : 'no')
  } catch {
    // It holds until the next page.
  }
}
