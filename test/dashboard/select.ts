export interface Found {
  /** What a reader sees, with runs of white space made one. */
  text: string
  attributes: Record<string, string>
}

/** Every element of `html` that the CSS selector names, in the order they begin. */
export function select(html: string, selector: string): Found[] {
  const found: Found[] = []
  const open: Found[] = []
  new HTMLRewriter()
    .on(selector, {
      element(element) {
        const each: Found = { text: '', attributes: {} }
        for (const [name, value] of element.attributes) each.attributes[name] = decode(value)
        found.push(each)
        if (element.canHaveContent) {
          open.push(each)
          element.onEndTag(() => {
            open.pop()
          })
        }
      },
      text(chunk) {
        for (const each of open) each.text += chunk.text
      },
    })
    .transform(html)
  for (const each of found) each.text = decode(each.text).replace(/\s+/g, ' ').trim()
  return found
}

export function texts(html: string, selector: string): string[] {
  return select(html, selector).map((each) => each.text)
}

const ENTITIES: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  '#34': '"',
  '#x27': "'",
}

function decode(text: string): string {
  return text.replace(/&([#\w]+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}
