// Buttons that copy, and the form that sends a request again. Where the browser has no clipboard for
// us, as on a page that came over plain HTTP from another machine, they stay hidden.

const SHOWN_MS = 1500

if (navigator.clipboard) {
  show()
  document.addEventListener('htmx:after:swap', show)
}

function show() {
  for (const button of document.querySelectorAll('button.copy')) button.hidden = false
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button.copy')
  if (!button) return
  const label = button.textContent
  button.disabled = true
  try {
    await copy(button.dataset)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Could not copy'
  }
  setTimeout(() => {
    button.textContent = label
    button.disabled = false
    if (document.activeElement === document.body) button.focus({ preventScroll: true })
  }, SHOWN_MS)
})

function copy({ copy: text, copyFrom: address }) {
  if (text !== undefined) return navigator.clipboard.writeText(text)
  // The clipboard is asked at once, while the click still counts, and gets its text when it is there.
  const item = new ClipboardItem({ 'text/plain': fetched(address) })
  return navigator.clipboard.write([item])
}

async function fetched(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(String(response.status))
  return new Blob([await response.text()], { type: 'text/plain' })
}

document.addEventListener('submit', (event) => {
  const button = event.target.closest('form.replay')?.querySelector('button')
  if (!button) return
  button.dataset.label = button.textContent
  button.textContent = 'Waiting for the answer…'
  button.disabled = true
})

// Back on the page, it can be sent once more.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('form.replay button[data-label]')) {
    button.textContent = button.dataset.label
    button.disabled = false
  }
})
