// A list of choices that hangs over the page closes when the reader turns elsewhere, a form that does
// when it is sent, and out of the address it leaves what is empty.

const OPEN = '.facet[open], #custom-range[open]'

document.addEventListener('pointerdown', ({ target }) => {
  for (const list of document.querySelectorAll(OPEN)) list.open = list.contains(target)
})

document.addEventListener('focusin', ({ target }) => {
  for (const list of document.querySelectorAll(OPEN)) list.open = list.contains(target)
})

document.addEventListener('submit', ({ target }) => {
  const list = target.closest(OPEN)
  if (!list) return
  list.querySelector('summary').focus()
  list.open = false
})

document.addEventListener('formdata', ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
})
