import {
  BedrockRuntimeClient,
  type ConverseCommand,
  type ConverseStreamCommand,
  type CountTokensCommand,
  type InvokeModelCommand,
  type InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { ProxyError } from '../../errors.ts'
import { isRecord } from '../../json.ts'
import { networkFailure } from '../network.ts'
import { fetchUpstream, type Sending } from '../upstream.ts'

export interface BedrockAuth {
  /** A Bedrock API key, sent as a bearer token. */
  apiKey: string | null
  /** A profile of the shared AWS files; null leaves it to the default chain. */
  profileName: string | null
}

type BedrockCommand =
  | InvokeModelCommand
  | InvokeModelWithResponseStreamCommand
  | ConverseCommand
  | ConverseStreamCommand
  | CountTokensCommand

/** Signs and sends one command; gives the raw response. */
export type SendCommand = (command: BedrockCommand, sending: Sending) => Promise<Response>

/**
 * The AWS SDK up to the wire: endpoint, credentials and signature are its work. From there on our
 * own fetch takes over, for our timers, for plain HTTP/1.1 endpoints (the SDK's handler speaks
 * HTTP/2), and for the raw body (its stream decoder costs three times ours).
 */
export function createBedrockSender(
  provider: string,
  region: string,
  endpoint: string | null,
  auth: BedrockAuth,
): SendCommand {
  const client = new BedrockRuntimeClient({
    region,
    maxAttempts: 1,
    requestHandler: HTTP_1_1,
    ...(endpoint && { endpoint }),
    ...(auth.profileName && { profile: auth.profileName }),
    // Said outright, or an AWS_BEARER_TOKEN_BEDROCK in the environment would win over a profile.
    ...(auth.apiKey
      ? { token: { token: auth.apiKey }, authSchemePreference: ['httpBearerAuth'] }
      : { authSchemePreference: ['sigv4'] }),
  })

  return async (command, sending) => {
    let response: Response | undefined
    let isSigned = false
    // The commands differ only in how the SDK would decode an answer, which it never sees.
    const sent = command as CountTokensCommand
    sent.middlewareStack.addRelativeTo(
      () => async (args: { request: unknown }) => {
        isSigned = true
        response = await fetchSigned(provider, args.request, sending)
        return { response, output: { $metadata: {}, inputTokens: undefined } }
      },
      { name: 'fetchSigned', relation: 'after', toMiddleware: 'httpSigningMiddleware' },
    )
    try {
      await client.send(sent)
    } catch (error) {
      throw isSigned ? error : credentialFailure(provider, error)
    }
    if (!response) throw new Error('the command was never sent')
    return response
  }
}

/** Only its name is read: the SDK then signs `host` instead of HTTP/2's `:authority`. */
const HTTP_1_1 = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle(): never {
    throw new Error('requests are sent by fetchSigned')
  },
}

interface SignedRequest {
  method: string
  protocol: string
  hostname: string
  port?: number
  path: string
  headers: Record<string, string>
  body: string | Uint8Array
}

function fetchSigned(provider: string, request: unknown, sending: Sending): Promise<Response> {
  if (!isSignedRequest(request)) throw new Error('the SDK built a request of an unknown shape')
  const { method, protocol, hostname, port, path, body } = request
  const headers = new Headers(request.headers)
  headers.delete('host')
  headers.delete('content-length')
  const url = `${protocol}//${hostname}${port ? `:${port}` : ''}${path}`
  return fetchUpstream(provider, url, { method, headers, body }, sending)
}

function isSignedRequest(request: unknown): request is SignedRequest {
  return isRecord(request) && typeof request.path === 'string' && isRecord(request.headers)
}

/**
 * What the SDK throws before anything is sent is about credentials: none, or expired, or the place
 * they come from was not reached.
 */
function credentialFailure(provider: string, error: unknown): ProxyError {
  const failure = networkFailure(provider, error)
  if (failure) return failure
  const reason = error instanceof Error ? error.message : String(error)
  return new ProxyError('authentication_error', `${provider}: no AWS credentials: ${reason}`, {
    outcome: 'credential',
    cause: error,
  })
}
