// The server writes the time of day, which stays true on a page that does not move. Where there are
// scripts it is told how long ago, or how long still.

tell()
setInterval(tell, 1000)
document.addEventListener('htmx:after:swap', tell)

function tell() {
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
