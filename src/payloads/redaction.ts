import { isRecord, tryParse } from '../json.ts'
import { withoutSecretForms } from './secret-forms.ts'

/** JSON, or an event stream, without secrets: those that `redact` knows and what looks like one. */
export function redacted(text: string, redact: (text: string) => string): string {
  const clean = (text: string) => withoutSecretForms(redact(text))
  return withoutSplitSecrets(clean(plainlySpelled(text)), clean)
}

const NEEDLESS_ESCAPE = /\\u00[2-7][0-9a-f]|\\\//i
const ESCAPE = /\\(?:u00([2-7][0-9a-f])|(.))/gis

/** JSON in which ASCII is not written as `\u0041` or `\/`, where no secret would be recognised. */
function plainlySpelled(json: string): string {
  if (!NEEDLESS_ESCAPE.test(json)) return json
  return json.replace(ESCAPE, (spelled: string, code?: string, char?: string) => {
    if (code === undefined) return char === '/' ? char : spelled
    const meant = String.fromCharCode(Number.parseInt(code, 16))
    return meant === '"' || meant === '\\' ? spelled : meant
  })
}

/** The members of a delta that together make a text. */
const TEXTS: ReadonlyMap<unknown, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'partial_json'],
])

const DELTA = /"content_block_delta"/

interface Fragment {
  line: number
  event: Record<string, unknown>
  delta: Record<string, unknown>
  member: string
  text: string
}

/**
 * A model says a secret in several events, none of which holds it. Where the text of a block has
 * one, its first event gets all of the clean text.
 */
function withoutSplitSecrets(stream: string, clean: (text: string) => string): string {
  if (!DELTA.test(stream)) return stream
  const lines = stream.split('\n')
  const fragments = lines.flatMap((line, index) => fragmentIn(line, index) ?? [])
  for (const block of Map.groupBy(fragments, ({ event }) => event.index).values()) {
    const said = block.map(({ text }) => text).join('')
    const text = clean(said)
    if (text === said) continue
    for (const [place, { line, event, delta, member }] of block.entries()) {
      const changed = { ...delta, [member]: place === 0 ? text : '' }
      lines[line] = `data: ${JSON.stringify({ ...event, delta: changed })}`
    }
  }
  return lines.join('\n')
}

function fragmentIn(line: string, index: number): Fragment | null {
  if (!line.startsWith('data:') || !DELTA.test(line)) return null
  const event = tryParse(line.slice('data:'.length))
  if (!isRecord(event) || !isRecord(event.delta)) return null
  const { delta } = event
  const member = TEXTS.get(delta.type)
  const text = member === undefined ? undefined : delta[member]
  if (member === undefined || typeof text !== 'string') return null
  return { line: index, event, delta, member, text }
}
