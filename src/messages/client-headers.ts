import { withoutSecretForms } from '../payloads/secret-forms.ts'

/**
 * What a client says of itself. Never a credential or a cookie; and nothing that is another one with
 * every request (retry count, timeout, ids of session, agent and prompt), since each set of headers
 * is stored once.
 */
const KEPT = [
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'user-agent',
  'x-app',
  'x-claude-code-agent-type',
  'x-claude-code-compaction',
  'x-claude-code-context-compacted',
  'x-claude-code-request-class',
  'x-stainless-arch',
  'x-stainless-async',
  'x-stainless-helper',
  'x-stainless-helper-method',
  'x-stainless-lang',
  'x-stainless-os',
  'x-stainless-package-version',
  'x-stainless-runtime',
  'x-stainless-runtime-version',
]

/** Many times what Claude Code needs for its betas; what is longer was not meant for us. */
const MOST_CHARACTERS = 2000

/** The headers that go into the history, in the order of their names. */
export function keptHeaders(
  headers: Headers,
  redact: (text: string) => string,
): Record<string, string> {
  const said: Record<string, string> = {}
  for (const name of KEPT) {
    const value = headers.get(name)
    if (value !== null && value.length <= MOST_CHARACTERS) said[name] = value
  }
  const clean = (text: string) => withoutSecretForms(redact(text))
  // Every request passes here, and hardly any has a secret in one of these.
  const text = Object.values(said).join(' ')
  if (clean(text) === text) return said
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, clean(value)]))
}
