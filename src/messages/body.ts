import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { ProxyError } from '../errors.ts'
import { nestingOf } from './json-text.ts'
import { type ClientRequest, CountTokensBody, MessagesBody } from './request.ts'

export interface BodyLimits {
  maxBodyBytes: number
  readTimeoutMs: number
}

const validators = {
  messages: lazily(() => Compile(MessagesBody)),
  countTokens: lazily(() => Compile(CountTokensBody)),
}

/** Reads and checks a Messages request. Throws a ProxyError with Anthropic's type for the mistake. */
export async function readMessages(request: Request, limits: BodyLimits): Promise<ClientRequest> {
  return readClientRequest(request, limits, validators.messages())
}

/** The same for `count_tokens`, which has no `max_tokens`. */
export async function readCountTokens(
  request: Request,
  limits: BodyLimits,
): Promise<ClientRequest<CountTokensBody>> {
  return readClientRequest(request, limits, validators.countTokens())
}

/** No schema or tool input comes near; printing 100,000 levels blocks everyone for seconds. */
const MAX_NESTING = 500

async function readClientRequest<Schema extends TSchema>(
  request: Request,
  limits: BodyLimits,
  // biome-ignore lint/complexity/noBannedTypes: TypeBox's name for "no context"
  validator: Validator<{}, Schema>,
) {
  const bytes = await readBody(request, limits)
  const text = decode(bytes)
  if (nestingOf(text) > MAX_NESTING) throw invalid(`The body is nested deeper than ${MAX_NESTING}`)
  const body = parse(text)
  if (!validator.Check(body)) throw invalid(firstMistake(validator, body))
  const { search } = new URL(request.url)
  return { bytes, text, body: body as Static<Schema>, headers: request.headers, search }
}

async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const { headers } = request
  if (!/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
    throw new ProxyError(
      'unsupported_media_type',
      'Send the body as content-type: application/json',
    )
  }
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') {
    throw new ProxyError('unsupported_media_type', `Send the body without ${encoding} encoding`)
  }
  return readLimited(request, limits)
}

/** The bytes of a body that is within the limits of size and time. */
export async function readLimited(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const length = Number(request.headers.get('content-length') ?? 0)
  if (length > limits.maxBodyBytes) throw tooLarge(limits)
  return withinReadTimeout(readBytes(request, limits), limits.readTimeoutMs)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('The body is not valid UTF-8')
  }
}

/** A chunked body tells no length beforehand, so it is counted as it comes. */
async function readBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  try {
    // Asking for `body` first would make a stream of what Bun has at hand.
    if (request.headers.has('content-length')) return await request.bytes()
    if (!request.body) return new Uint8Array(0)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of request.body) {
      size += chunk.length
      if (size > limits.maxBodyBytes) throw tooLarge(limits)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw error instanceof ProxyError ? error : invalid('The body could not be read to its end')
  }
}

async function withinReadTimeout<T>(reading: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(invalid(`The body did not arrive within ${timeoutMs / 1000} s`)),
    timeoutMs,
  )
  try {
    return await Promise.race([reading, late])
  } finally {
    clearTimeout(timer)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalid(`The body is not valid JSON: ${reason}`)
  }
}

/** Of all that is wrong the deepest: a union's own complaint says less than its member's. */
function firstMistake(validator: { Errors(value: unknown): SchemaError[] }, body: unknown): string {
  const depth = (error: SchemaError) => error.instancePath.split('/').length
  const [first] = validator
    .Errors(body)
    .filter((error) => error.keyword !== 'anyOf')
    .sort((a, b) => depth(b) - depth(a))
  if (!first) return 'The body has an unknown shape'
  const path = first.instancePath.split('/').slice(1)
  const missing = first.keyword === 'required' && 'requiredProperties' in first.params
  if (missing && Array.isArray(first.params.requiredProperties)) {
    return `${[...path, first.params.requiredProperties[0]].join('.')}: Field required`
  }
  return `${path.length > 0 ? path.join('.') : 'body'}: ${first.message}`
}

interface SchemaError {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
  message: string
}

function invalid(message: string): ProxyError {
  return new ProxyError('invalid_request_error', message)
}

function tooLarge({ maxBodyBytes }: BodyLimits): ProxyError {
  return new ProxyError('request_too_large', `The body is larger than ${maxBodyBytes} bytes`)
}

/** Compiling a schema takes milliseconds that only a server should spend. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
