// Runs before anything is painted, so that no page appears in the other theme first. The choice is
// kept by the browser; without one, and without scripts, the system decides.

const KEY = 'theme'
const CHOICES = ['system', 'light', 'dark']

show(kept())

document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('theme')
  tell(button, kept())
  button.hidden = false
  button.addEventListener('click', () => {
    const next = CHOICES[(CHOICES.indexOf(button.dataset.choice) + 1) % CHOICES.length]
    keep(next)
    show(next)
    tell(button, next)
  })
})

// Another tab of ours has changed it.
addEventListener('storage', (event) => {
  if (event.key !== KEY) return
  show(kept())
  tell(document.getElementById('theme'), kept())
})

function show(choice) {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
}

function tell(button, choice) {
  button.dataset.choice = choice
  button.title = `Theme: ${choice}`
  button.setAttribute('aria-label', button.title)
}

// A browser that keeps nothing for us throws at every touch.
function kept() {
  try {
    const choice = localStorage.getItem(KEY)
    return CHOICES.includes(choice) ? choice : 'system'
  } catch {
    return 'system'
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEY, choice)
  } catch {
    // It holds until the next page.
  }
}
