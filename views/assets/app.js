// Every page can be read and used without this file. It keeps the times on the page moving, lets the
// reader pause the refreshing, and leaves the server alone while nobody looks.

const live = document.getElementById('live')
const control = document.getElementById('live-control')
let paused = false
let lost = false
let known = rowIds()

tellTimes()
setInterval(tellTimes, 1000)
if (live) keepLive()

function keepLive() {
  control.hidden = false
  control.querySelector('button').addEventListener('click', () => {
    paused = !paused
    showState()
    refresh()
  })
  document.addEventListener('visibilitychange', refresh)

  // What a button in the page asks for passes here too, and is neither paused nor a sign of life.
  live.addEventListener('htmx:config:request', (event) => {
    if (event.target === live && (paused || document.hidden)) event.preventDefault()
  })
  live.addEventListener('htmx:after:request', (event) => {
    if (event.target !== live) return
    lost = event.detail.ctx.response.status >= 400
    showState()
  })
  live.addEventListener('htmx:error', () => {
    lost = true
    showState()
  })
  live.addEventListener('htmx:after:swap', (event) => {
    tellTimes()
    markNewRows()
    if (event.detail.ctx.request.method === 'POST') keepPlace()
  })
}

// A button that was pressed may be gone with its reason: the keyboard goes on where it stood.
function keepPlace() {
  if (document.activeElement === document.body) live.parentElement.focus({ preventScroll: true })
}

function refresh() {
  if (!paused && !document.hidden) htmx.trigger(live, 'refresh')
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

function markNewRows() {
  for (const row of document.querySelectorAll('tr[id]')) {
    if (!known.has(row.id)) row.classList.add('is-new')
  }
  known = rowIds()
}

function rowIds() {
  return new Set([...document.querySelectorAll('tr[id]')].map((row) => row.id))
}

// The server writes the time of day, which stays true on a page that does not move.
function tellTimes() {
  for (const time of document.querySelectorAll('time[data-tell]')) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000
    const words =
      time.dataset.tell === 'ago' ? `${span(-seconds)} ago` : `${span(Math.ceil(seconds))} left`
    // Only the text of the node changes, so that a selection around it survives.
    if (time.firstChild.data !== words) time.firstChild.data = words
  }
}

function span(seconds) {
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)} d`
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h`
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min`
  return `${Math.max(0, Math.floor(seconds))} s`
}
