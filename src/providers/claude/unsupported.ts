import { ProxyError, type Unsupported } from '../../errors.ts'
import { isRecord } from '../../json.ts'
import type { ClientRequest, CountTokensBody, Tool } from '../../messages/request.ts'

/** A refusal that only named what the target does not know, as that; any other as it is. */
export function namingUnsupported(error: ProxyError): ProxyError {
  const unsupported = error.details.outcome === 'rejected' ? unsupportedIn(error.message) : null
  if (!unsupported) return error
  const details = { ...error.details, outcome: 'unsupported' as const, unsupported }
  return new ProxyError(error.code, error.message, details)
}

/** The request without these. What is left keeps its order and its words. */
export function without<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  missing: readonly Unsupported[],
): ClientRequest<Body> {
  if (missing.length === 0) return request
  const headers = new Headers(request.headers)
  let body: Body = request.body
  for (const one of missing) {
    if (one.kind === 'beta') {
      removeBeta(headers, one.flag)
      // On Bedrock this flag is made from the tools that are deferred.
      if (one.flag === null || /tool-search|tool-use/.test(one.flag)) {
        body = withoutField(body, { kind: 'field', root: 'tools', name: 'defer_loading' })
      }
    } else if (one.kind === 'field') body = withoutField(body, one)
    else body = withoutTools(body, one.type)
  }
  if (body === request.body) return { ...request, headers }
  const text = JSON.stringify(body)
  return { ...request, headers, body, text, bytes: new TextEncoder().encode(text) }
}

/** Wordings of the Claude API and of Bedrock, as quoted in BerriAI/litellm and claude-code issues. */
function unsupportedIn(message: string): Unsupported | null {
  const flag = /[`'"]?([a-z][a-z0-9-]*-\d{4}-\d{2}-\d{2})[`'"]?[^.]*anthropic-beta/.exec(
    message,
  )?.[1]
  if (flag) return { kind: 'beta', flag }
  if (/invalid beta flag/i.test(message)) return { kind: 'beta', flag: null }
  const extra = /(?:^|[\s:])([a-z_]\w*(?:\.\w+)*): Extra inputs are not permitted/.exec(
    message,
  )?.[1]
  if (extra) return fieldAt(extra.split('.'))
  const type = /tools\.\d+[^']*Input tag '(\w+)' found/.exec(message)?.[1]
  if (type) return { kind: 'tool', type }
  if (/"thinking\.type\.\w+" is not supported|adaptive thinking is not supported/.test(message)) {
    return fieldAt(['thinking'])
  }
  if (/does not support effort/.test(message)) return fieldAt(['output_config', 'effort'])
  return null
}

/** Without these there is no request left. */
const ESSENTIAL = new Set(['model', 'messages', 'max_tokens', 'role', 'content', 'type', 'text'])

function fieldAt(path: string[]): Unsupported | null {
  const [root = '', name = root] = [path[0], path.at(-1)]
  return ESSENTIAL.has(name) ? null : { kind: 'field', root, name }
}

function removeBeta(headers: Headers, flag: string | null) {
  const flags = (headers.get('anthropic-beta') ?? '').split(',').map((name) => name.trim())
  const kept = flag === null ? [] : flags.filter((name) => name !== flag && name !== '')
  if (kept.length > 0) headers.set('anthropic-beta', kept.join(','))
  else headers.delete('anthropic-beta')
}

function withoutField<Body extends CountTokensBody>(
  body: Body,
  { root, name }: Extract<Unsupported, { kind: 'field' }>,
): Body {
  if (!(root in body)) return body
  const { [root as keyof Body]: member, ...rest } = body
  if (root === name) return rest as Body
  return { ...body, [root]: withoutKey(member, name) }
}

/** Other people's own data, where a key of that name is none of ours. */
const FOREIGN = new Set(['input', 'input_schema'])

function withoutKey(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKey(item, name))
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([key]) => key !== name)
  return Object.fromEntries(
    kept.map(([key, item]) => [key, FOREIGN.has(key) ? item : withoutKey(item, name)]),
  )
}

function withoutTools<Body extends CountTokensBody>(body: Body, type: string): Body {
  const tools: Tool[] = body.tools?.filter((tool) => tool.type !== type) ?? []
  if (tools.length > 0) return { ...body, tools }
  const { tools: _, tool_choice: __, ...rest } = body
  return rest as Body
}
