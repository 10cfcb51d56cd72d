import { ProxyError } from '../../errors.ts'
import { isStrippable } from './strip.ts'

/** A refusal that only named what the target does not know, as that; any other as it is. */
export function namingUnsupported(error: ProxyError): ProxyError {
  if (error.details.outcome !== 'rejected') return error
  const unsupported = strippableIn(error.message)
  if (unsupported.length === 0) return error
  const details = { ...error.details, outcome: 'unsupported' as const, unsupported }
  return new ProxyError(error.code, error.message, details)
}

/** What a message says is not known or not taken, as `strip` writes it. */
export function strippableIn(message: string): string[] {
  const found = WORDINGS.flatMap(([wording, strip]) =>
    [...message.matchAll(wording)].flatMap((match) => strip(match[1] ?? '', message)),
  )
  return [...new Set(found)].filter(isStrippable)
}

/**
 * How services word it. Sources: the Claude API's own errors (recorded, and quoted in
 * anthropics/claude-code and BerriAI/litellm issues), Bedrock's request validation.
 */
const WORDINGS: readonly (readonly [
  RegExp,
  (named: string, message: string) => string | string[],
])[] = [
  // "Unexpected value(s) `a-2025-01-01`, `b-2025-01-01` for the `anthropic-beta` header."
  [/Unexpected value\(s\) (.+?) for the `anthropic-beta`/g, betasNamedIn],
  // "The long context beta x-2025-01-01 is not supported … anthropic-beta …"
  [
    /\b([a-z][a-z0-9-]*-\d{4}-\d{2}-\d{2})\b[^.]* not [^.]*anthropic-beta/g,
    (flag) => `beta:${flag}`,
  ],
  // Bedrock does not say which, so all of them have to go.
  [/invalid beta flag(.*)/gi, (rest) => betasNamedIn(rest, 'beta:*')],
  // "messages.3.content.0.cache_control.scope: Extra inputs are not permitted"
  // Only from the beginning of a path: an error may quote 60,000 letters of a file.
  [/(?<!\w|\w\.)([a-z_]\w*(?:\.\w+)*): Extra inputs are not permitted/g, extraInput],
  // "#/tools/0: extraneous key [custom] is not permitted"
  [/#(\/[\w/]*)?: extraneous key \[\w+\] is not permitted/g, extraneousKeys],
  // "tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of …"
  [/tools\.\d+[^']*Input tag '(\w+)' found/g, (type) => `tool:${type}`],
  [
    /thinking\.type\.\w+["`]? is not supported|adaptive thinking is not supported/g,
    () => 'thinking',
  ],
  [/does not support (?:the )?effort/g, () => 'output_config.effort'],
  // "`temperature` may only be set to 1 for this model." "`top_k` must be unset for this model."
  [/`(temperature|top_p|top_k)` (?:may|must|is) .{0,60}for this model/g, named],
  // "`temperature` and `top_p` cannot both be specified for this model."
  [/`temperature` and `(top_p)` cannot both be specified/g, named],
]

function named(name: string): string {
  return name
}

function betasNamedIn(text: string, otherwise: string): string[] {
  const flags = [...text.matchAll(/[a-z][a-z0-9-]*-\d{4}-?\d{2}-?\d{2}/g)].map(([flag]) => flag)
  if (flags.length > 0) return flags.map((flag) => `beta:${flag}`)
  return otherwise === 'beta:*' ? [otherwise] : []
}

/** Where nobody takes it the request is at fault: what the target knows elsewhere must stay there. */
const TAKEN_BY_NOBODY = /\.(redacted_)?thinking\.cache_control$|^tool_choice\.none\./

function extraInput(path: string): string[] {
  return TAKEN_BY_NOBODY.test(path) ? [] : [fieldAt(path)]
}

function extraneousKeys(path: string, message: string): string[] {
  const keys = [...message.matchAll(/extraneous key \[(\w+)\]/g)].map(([, key = '']) => key)
  const place = path.split('/').filter((part) => part !== '')
  return keys.map((key) => fieldAt([...place, key].join('.')))
}

/**
 * The service's path says which of the alternatives of a union it looked at
 * (`tools.0.custom.strict`, `system.1.cache_control.ephemeral.ttl`): no keys of the request.
 */
const TAG =
  /^(custom|text|image|document|thinking|redacted_thinking|search_result|server_tool_use|tool_(use|result|reference|addition|removal)|ephemeral|enabled|adaptive|disabled|between_tools|base64|url|file|auto|any|tool|none|\w+_tool_result|\w+_\d{8})$/

/**
 * The field and what it stands in, without indexes: it is no better known one block further on. But
 * what a block may have in a message, it may not have in a tool's result.
 */
function fieldAt(path: string): string {
  const parts = path.split('.')
  const names = parts.filter((part, i) => {
    const isInside = i > 0 && i < parts.length - 1
    return !/^\d+$/.test(part) && !(isInside && TAG.test(part))
  })
  return names.slice(names.at(-2) === 'content' ? -3 : -2).join('.')
}
