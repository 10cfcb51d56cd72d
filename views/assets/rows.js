// Rows that came by themselves are marked for a moment, and a click anywhere in a row that leads
// somewhere goes there.

let known = null

document.addEventListener('htmx:before:swap', ({ target }) => {
  known = target.closest('#arrivals') || target.id === 'live' ? rowIds() : null
})
document.addEventListener('htmx:after:swap', () => {
  if (!known) return
  for (const row of document.querySelectorAll('tr[id]')) {
    if (!known.has(row.id)) row.classList.add('is-new')
  }
})

document.addEventListener('click', (event) => {
  if (!getSelection().isCollapsed || event.target.closest('a, button, input, summary, label'))
    return
  const link = event.target.closest('tbody tr')?.querySelector('a[href]')
  if (!link) return
  if (event.ctrlKey || event.metaKey) open(link.href)
  else link.click()
})

function rowIds() {
  return new Set([...document.querySelectorAll('tr[id]')].map((row) => row.id))
}
