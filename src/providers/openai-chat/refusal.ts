import { isRecord, tryParse } from '../../json.ts'
import { badAnswer, failureFromResponse } from '../failure.ts'
import { type Completion, isCompletion } from './wire.ts'

/** An error as some compatible server words it. */
interface WireError {
  message: string
  type: string | null
  code: string | null
  /** The HTTP status it names itself; only inside a 200. */
  status: number | null
}

/** The words of an error body: `{error: {…}}`, `{error: "…"}`, or flat, as Cerebras writes it. */
export function readWireError(body: unknown): WireError | null {
  if (typeof body === 'string') return { message: body, type: null, code: null, status: null }
  if (!isRecord(body)) return null
  const { error } = body
  if (typeof error === 'string') return { message: error, type: null, code: null, status: null }
  const flat = isRecord(error) ? error : body
  const message = flat.message ?? flat.detail
  if (typeof message !== 'string') return null
  const { type, code } = flat
  return {
    message: message + rawWording(flat),
    type: typeof type === 'string' ? type : null,
    code: typeof code === 'string' ? code : null,
    status: httpStatus(flat.status_code) ?? httpStatus(code) ?? httpStatus(body.status_code),
  }
}

/**
 * The completion in a piece of JSON that came with a 200. OpenRouter and Groq report errors there,
 * once the upstream behind them has begun; they name the status they mean.
 */
export function readCompletion(provider: string, data: string, headers: Headers): Completion {
  const body = tryParse(data)
  if (isRecord(body) && body.error) throw failureInAnswer(provider, body, headers)
  if (isCompletion(body)) return body
  throw badAnswer(provider, 'what came is not a chat completion')
}

export function failureInAnswer(provider: string, body: unknown, headers: Headers): Error {
  const error = readWireError(body)
  return failureFromResponse({
    provider,
    headers,
    status: error?.status ?? 500,
    message: error?.message ?? `${provider} broke off with an error`,
    type: error?.type ?? null,
    code: error?.code ?? null,
  })
}

/** OpenRouter says only "Provider returned error" and keeps the reason in the metadata. */
function rawWording({ metadata }: Record<string, unknown>): string {
  const raw = isRecord(metadata) ? metadata.raw : undefined
  if (typeof raw === 'string') return `: ${raw}`
  return isRecord(raw) ? `: ${JSON.stringify(raw)}` : ''
}

function httpStatus(value: unknown): number | null {
  const status = Number(value)
  return status >= 400 && status < 600 ? status : null
}
