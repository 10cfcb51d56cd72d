// A list of choices that hangs over the page closes when the reader turns elsewhere, and a form
// leaves out of the address what is empty.

const OPEN = '.facet[open], #custom-range[open]'

document.addEventListener('pointerdown', ({ target }) => {
  for (const list of document.querySelectorAll(OPEN)) list.open = list.contains(target)
})

document.addEventListener('focusin', ({ target }) => {
  for (const list of document.querySelectorAll(OPEN)) list.open = list.contains(target)
})

document.addEventListener('formdata', ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
})
