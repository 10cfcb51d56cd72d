// Tells what a chart has under the pointer, or where the arrow keys have gone. The words are those
// of the table that stands below each chart.

const hint = document.createElement('div')
const cursor = document.createElement('div')
hint.className = 'chart-hint'
hint.setAttribute('role', 'status')
cursor.className = 'chart-cursor'
document.body.append(cursor, hint)

let plot = null
let index = 0
hide()

document.addEventListener('pointermove', ({ target, clientX }) => {
  const under = target.closest?.('.plot')
  if (under) show(under, bucketAt(under, clientX))
  else if (plot && plot !== document.activeElement) hide()
})
document.addEventListener('focusin', ({ target }) => {
  if (target.matches('.plot:focus-visible')) show(target, rowsOf(target).length - 1)
})
document.addEventListener('focusout', ({ target }) => target === plot && hide())
document.addEventListener('click', ({ target }) => target.closest?.('.plot') && follow())
document.addEventListener('keydown', (event) => {
  if (!event.target.matches('.plot')) return
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step) {
    event.preventDefault()
    show(event.target, index + step)
  }
  if (event.key === 'Enter') follow()
  if (event.key === 'Escape') hide()
})
document.addEventListener('htmx:after:swap', () => plot && show(plot, index))
for (const moved of ['scroll', 'resize']) addEventListener(moved, () => plot && place())

function show(next, bucket) {
  const rows = rowsOf(next)
  if (!next.isConnected || rows.length === 0) return hide()
  const at = Math.max(0, Math.min(rows.length - 1, bucket))
  plot = next
  index = at
  plot.classList.toggle('is-linked', linkOf(plot, index) !== null)
  hint.replaceChildren(...words(plot, rows[index]))
  hint.hidden = false
  cursor.hidden = false
  place()
}

function hide() {
  plot = null
  hint.hidden = true
  cursor.hidden = true
}

function place() {
  const { left, top, width, height } = areaOf(plot)
  const bucket = width / rowsOf(plot).length
  const from = left + bucket * index
  Object.assign(cursor.style, px({ left: from, top, width: bucket, height }))
  const { width: wide } = hint.getBoundingClientRect()
  const isRoom = from + bucket + wide + 16 < document.documentElement.clientWidth
  const beside = isRoom ? from + bucket + 8 : from - wide - 8
  Object.assign(hint.style, px({ left: Math.max(8, beside), top: top + 8 }))
}

function words(plot, row) {
  const when = document.createElement('p')
  when.textContent = row.cells[0].textContent
  const names = [...row.closest('table').tHead.rows[0].cells].slice(1)
  const swatches = plot.parentElement.querySelectorAll('.legend .swatch')
  const list = document.createElement('ul')
  for (const [at, name] of names.entries()) {
    const item = document.createElement('li')
    const value = document.createElement('b')
    value.textContent = row.cells[at + 1].textContent
    item.append(...(swatches[at] ? [swatches[at].cloneNode(true)] : []), name.textContent, value)
    list.append(item)
  }
  return [when, list]
}

function follow() {
  const link = plot && linkOf(plot, index)
  if (link) link.click()
}

function linkOf(plot, index) {
  return rowsOf(plot)[index]?.querySelector('a') ?? null
}

function rowsOf(plot) {
  return plot.parentElement.querySelectorAll('tbody tr')
}

function bucketAt(plot, x) {
  const { left, width } = areaOf(plot)
  return Math.floor(((x - left) / width) * rowsOf(plot).length)
}

// Of the marks alone, without what is written beside and below them.
function areaOf(plot) {
  const { left, top, width } = plot.querySelector('.drawing').getBoundingClientRect()
  const bottom = plot.querySelector('.axis').getBoundingClientRect().top
  return { left, top, width, height: bottom - top }
}

function px(lengths) {
  return Object.fromEntries(Object.entries(lengths).map(([name, of]) => [name, `${of}px`]))
}
