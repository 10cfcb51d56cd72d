import { type ProxyError, statusForType } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { failureFromResponse } from './failure.ts'
import { readShortBody } from './upstream.ts'

/** An error as some compatible server words it. */
interface WireError {
  message: string
  type: string | null
  code: string | null
  /** The HTTP status it names itself; only inside a 200. */
  status: number | null
}

/**
 * The words of an error body: `{error: {…}}`, `{error: "…"}`, flat, as Cerebras writes it, or in a
 * list of one, as Gemini does.
 */
function readWireError(body: unknown): WireError | null {
  if (typeof body === 'string') return { message: body, type: null, code: null, status: null }
  if (Array.isArray(body)) return readWireError(body[0])
  if (!isRecord(body)) return null
  const { error } = body
  if (typeof error === 'string') return { message: error, type: null, code: null, status: null }
  const flat = isRecord(error) ? error : body
  const message = flat.message ?? flat.detail
  if (typeof message !== 'string') return null
  const { type, code } = flat
  const metadata = isRecord(flat.metadata) ? flat.metadata : {}
  return {
    message: message + rawWording(metadata),
    type: textIn(type) ?? textIn(metadata.error_type),
    code: textIn(code) ?? textIn(metadata.limit_source) ?? textIn(metadata.provider_code),
    status: httpStatus(flat.status_code) ?? httpStatus(code) ?? httpStatus(body.status_code),
  }
}

/** Why a service refused, in its own words; a page of HTML has none. */
export async function failureFrom(provider: string, response: Response): Promise<ProxyError> {
  const text = await readShortBody(response)
  const body = tryParse(text)
  const plain = /^\s*(<|$)/.test(text) ? null : text.slice(0, 500)
  return failureInBody(provider, body, response, plain)
}

/** The same for a body that was read; `plain` is what it says where it is no JSON. */
export function failureInBody(
  provider: string,
  body: unknown,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  plain: string | null = null,
): ProxyError {
  const error = readWireError(body)
  return failureFromResponse({
    provider,
    status,
    headers: headersIn(body, headers),
    message: error?.message ?? plain ?? `${provider} answered HTTP ${status}`,
    type: error?.type ?? null,
    code: error?.code ?? null,
  })
}

/** The same for an answer that is one, or a stream that breaks off with one. */
export function failureInAnswer(provider: string, body: unknown, headers: Headers): Error {
  const error = readWireError(body)
  return failureFromResponse({
    provider,
    headers: headersIn(body, headers),
    status: error?.status ?? statusForType(error?.type ?? null) ?? 200,
    message: error?.message ?? `${provider} broke off with an error`,
    type: error?.type ?? null,
    code: error?.code ?? null,
  })
}

/** OpenRouter puts the headers of its rate limits into the body (everruns/everruns#2280). */
function headersIn(body: unknown, headers: Headers): Headers {
  const error = isRecord(body) && isRecord(body.error) ? body.error : body
  const metadata = isRecord(error) ? error.metadata : undefined
  const given = isRecord(metadata) && isRecord(metadata.headers) ? metadata.headers : {}
  const all = new Headers(headers)
  for (const [name, value] of Object.entries(given)) {
    if (/^(x-ratelimit-[a-z-]+|retry-after)$/i.test(name)) all.set(name, String(value))
  }
  return all
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** OpenRouter says only "Provider returned error" and keeps the reason in the metadata. */
function rawWording({ raw }: Record<string, unknown>): string {
  if (typeof raw === 'string') return `: ${raw}`
  return isRecord(raw) ? `: ${JSON.stringify(raw)}` : ''
}

function httpStatus(value: unknown): number | null {
  const status = Number(value)
  return status >= 400 && status < 600 ? status : null
}
