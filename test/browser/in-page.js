// Runs in the page that is tested; each function gives a list of what is wrong there.

// What sticks out of a page that can be moved sideways.
globalThis.overflowing = () => {
  const { clientWidth, scrollWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  const all = [...document.querySelectorAll('main *, header *, footer *')]
  const wide = all.filter((element) => {
    const { right, width } = element.getBoundingClientRect()
    return width > 0 && right > clientWidth && !element.closest('.scroller, .visually-hidden')
  })
  return [
    `${scrollWidth} px`,
    ...wide.map((element) => `${element.localName}.${element.className}`),
  ]
}

// What axe finds, each with the first place where it does.
globalThis.violations = async () => {
  const found = await axe.run()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)
}
