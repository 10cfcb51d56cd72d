import { bearerOf } from './anthropic-wire.ts'
import { encodeFrame } from './event-stream.ts'
import type { Json } from './json.ts'
import type { Refusal } from './refusal.ts'
import { verifySignature } from './sigv4.ts'
import { json, type Wire } from './wire.ts'

/** What the two formats of bedrock-runtime, Anthropic's own and Converse, have in common. */
export const bedrockService = {
  name: 'bedrock',
  streamType: 'application/vnd.amazon.eventstream',

  authenticate(incoming) {
    if (!bearerOf(incoming.headers)) verifySignature(incoming)
  },

  newRequestId: () => crypto.randomUUID(),
  headers: (requestId) => ({ 'x-amzn-requestid': requestId }),

  failure(type = 'throttlingException', message = messageFor(statusOf(type))) {
    const headers = {
      ':exception-type': type,
      ':content-type': 'application/json',
      ':message-type': 'exception',
    }
    return encodeFrame(headers, JSON.stringify({ message }))
  },

  statusOf: (type = 'throttlingException') => statusOf(type),

  refusal({ status, message, details }: Refusal) {
    const type = details.type ?? EXCEPTIONS[status]?.name ?? 'ValidationException'
    return json({ message: message || messageFor(status) }, status, {
      'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      ...details.headers,
    })
  },
} satisfies Partial<Wire>

/** An event of a stream, with the padding that hides how long it is. */
export function encodeEvent(type: string, payload: string): Uint8Array {
  const headers = {
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  }
  return encodeFrame(headers, payload)
}

/** An object with a padding that depends on it alone. */
export function padded(payload: Json): string {
  const length = 1 + (JSON.stringify(payload).length % PADDING.length)
  return JSON.stringify({ ...payload, p: PADDING.slice(0, length) })
}

const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The model's id in a path; as the path has it where its escapes are broken: the check turns that down. */
export function decodeId(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

const EXCEPTIONS: Record<number, { name: string; message: string }> = {
  400: { name: 'ValidationException', message: 'Malformed input request' },
  403: {
    name: 'AccessDeniedException',
    message: "You don't have access to the model with the specified model ID.",
  },
  404: { name: 'ResourceNotFoundException', message: 'Could not resolve the model identifier.' },
  408: { name: 'ModelTimeoutException', message: 'Model has timed out in processing the request.' },
  424: { name: 'ModelErrorException', message: 'The model returned an error.' },
  429: {
    name: 'ThrottlingException',
    message: 'Too many requests, please wait before trying again.',
  },
  500: {
    name: 'InternalServerException',
    message:
      'The system encountered an unexpected error during processing. Try your request again.',
  },
  503: {
    name: 'ServiceUnavailableException',
    message: 'Bedrock is unable to process your request.',
  },
}

function messageFor(status: number): string {
  return EXCEPTIONS[status]?.message ?? 'The request failed.'
}

/** Inside a stream the names begin with a small letter. */
function statusOf(exception: string): number {
  const name = exception.charAt(0).toUpperCase() + exception.slice(1)
  const known = Object.entries(EXCEPTIONS).find(([, { name: other }]) => other === name)
  return known ? Number(known[0]) : 424
}
