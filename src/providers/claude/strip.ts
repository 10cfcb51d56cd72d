import { isRecord } from '../../json.ts'
import type { ClientRequest, CountTokensBody, Tool } from '../../messages/request.ts'
import { withBody } from '../../messages/with-body.ts'
import { betasIn } from './headers.ts'

/**
 * What can be left out of a request, as the config's `strip` writes it:
 *
 *   context_management          a member of the body
 *   tools.defer_loading         a member by what it stands in, at any depth: of every tool
 *   cache_control.scope         of every cache mark
 *   beta:effort-2025-11-24      a flag of anthropic-beta; beta:* is all of them
 *   tool:web_search_20250305    the tools of this type
 */
export const STRIP_PATTERN =
  '^(beta:(\\*|[a-z0-9][a-z0-9-]*)|tool:[a-z][a-z0-9_]*|[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*)$'

/** Whether anything is left to ask when this is gone. */
export function isStrippable(strip: string): boolean {
  if (strip.includes(':')) return true
  // As a member of the body `thinking` is a setting, of a block it is what was thought.
  if (strip.endsWith('.thinking')) return false
  return !ESSENTIAL.has(strip.split('.').at(-1) ?? '')
}

const ESSENTIAL = new Set([
  ...['model', 'messages', 'max_tokens', 'stream', 'system', 'tools', 'role', 'content', 'type'],
  ...['text', 'id', 'name', 'input', 'input_schema', 'tool_use_id', 'source', 'data', 'signature'],
  ...['media_type', 'url', 'file_id', 'tool_name', 'budget_tokens'],
])

/**
 * The request without these: the very same where it has none of them. What is left keeps its order,
 * its words and the spelling of its numbers.
 */
export function without<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  strips: readonly string[],
): ClientRequest<Body> {
  const stripped = withBody(request, (body) => stripBody(body, strips))
  const headers = stripBetas(request.headers, strips)
  return headers === request.headers ? stripped : { ...stripped, headers }
}

function stripBetas(headers: Headers, strips: readonly string[]): Headers {
  const flags = betasIn(headers)
  const kept = flags.filter(
    (flag) => !strips.includes(`beta:${flag}`) && !strips.includes('beta:*'),
  )
  if (kept.length === flags.length) return headers
  const changed = new Headers(headers)
  if (kept.length > 0) changed.set('anthropic-beta', kept.join(','))
  else changed.delete('anthropic-beta')
  return changed
}

function stripBody<Body extends CountTokensBody>(body: Body, strips: readonly string[]): Body {
  return strips.flatMap(bodyStrips).reduce((rest, strip) => {
    if (strip.startsWith('tool:')) return withoutTools(rest, strip.slice('tool:'.length))
    return withoutMember(rest, [], strip.split('.')) as Body
  }, body)
}

/** On Bedrock these flags are made from fields, so without the flag the field has to go. */
const MADE_FROM: readonly (readonly [beta: RegExp, field: string])[] = [
  [/^(tool-search-tool|advanced-tool-use)-/, 'tools.defer_loading'],
  [/^tool-examples-/, 'tools.input_examples'],
  [/^structured-outputs-/, 'tools.strict'],
]

function bodyStrips(strip: string): string[] {
  if (!strip.startsWith('beta:')) return [strip]
  const flag = strip.slice('beta:'.length)
  return MADE_FROM.filter(([beta]) => flag === '*' || beta.test(flag)).map(([, field]) => field)
}

function withoutTools<Body extends CountTokensBody>(body: Body, type: string): Body {
  const gone = body.tools?.filter((tool) => tool.type === type) ?? []
  if (gone.length === 0) return body
  const tools: Tool[] = body.tools?.filter((tool) => tool.type !== type) ?? []
  const { tools: _, tool_choice: choice, ...rest } = body
  const isChosen = choice && !gone.some(({ name }) => name !== undefined && name === choice.name)
  const changed = {
    ...rest,
    ...(tools.length > 0 && { tools }),
    ...(tools.length > 0 && isChosen && { tool_choice: choice }),
  }
  return changed as Body
}

/** Other people's own data, where a key of that name is none of the API's. */
const FOREIGN = new Set(['input', 'input_schema', 'input_examples', 'schema'])

/** The same object where nothing in it has to go. */
function withoutMember(value: unknown, path: readonly string[], strip: string[]): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutMember(item, path, strip))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (!isRecord(value)) return value
  let changed = false
  const kept: [string, unknown][] = []
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, key]
    const item = FOREIGN.has(key) ? member : withoutMember(member, here, strip)
    const isGone = isNamedBy(strip, here)
    if (isGone || item !== member) changed = true
    if (!isGone) kept.push([key, item])
  }
  return changed ? Object.fromEntries(kept) : value
}

/** A single name is a member of the body; several are the end of a path. */
function isNamedBy(strip: readonly string[], path: readonly string[]): boolean {
  if (strip.length === 1 && path.length > 1) return false
  return strip.every((name, i) => name === path[path.length - strip.length + i])
}
