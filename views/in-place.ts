/**
 * For a part of the page whose links and forms choose other content for the same page: where there
 * is htmx, only that content is exchanged, and what the page asks for by itself is held back
 * meanwhile. `KEEP_LINKS` is for a part of it from which links lead elsewhere.
 */
export const IN_PLACE = {
  'hx-boost:inherited': "target:'#live' select:'#live' swap:'outerMorph show:none'",
  'hx-sync:inherited': '#live:replace',
}

/** The same for the pages of a list, which stand below it: the next one is read from its top. */
export const IN_PLACE_FROM_TOP = {
  'hx-boost:inherited': "target:'#live' select:'#live' swap:'outerMorph show:top showTarget:#list'",
}

export const KEEP_LINKS = { 'hx-boost:inherited': 'false' }

/** The same for links in a drawing, which htmx does not take for links: each needs its `hx-get`. */
export const IN_PLACE_DRAWN = {
  'hx-target:inherited': '#live',
  'hx-select:inherited': '#live',
  'hx-swap:inherited': 'outerMorph show:none',
  'hx-push-url:inherited': 'true',
}
