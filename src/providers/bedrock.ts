import {
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { exactBody } from '../messages/exact-json.ts'
import type { ClientRequest, CountTokensBody, MessagesBody } from '../messages/request.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import type { Target } from '../routing/target.ts'
import { bedrockBody } from './bedrock/body.ts'
import { type BedrockAuth, createBedrockSender, type SendCommand } from './bedrock/client.ts'
import { converse } from './bedrock/converse/answer.ts'
import { toCounted } from './bedrock/converse/request.ts'
import { bedrockEvents } from './bedrock/events.ts'
import { countedId, takesInvoke } from './bedrock/models.ts'
import { downstreamHeaders } from './claude/headers.ts'
import { claudeModel } from './claude/models.ts'
import { namingUnsupported } from './claude/unsupported.ts'
import { readCount } from './count.ts'
import { badAnswer, failureFromResponse } from './failure.ts'
import type { Provider } from './provider.ts'
import { namingField } from './translation/unsupported.ts'
import { bodyOf, readShortBody } from './upstream.ts'

export interface BedrockSettings extends BedrockAuth {
  name: string
  endpoint: string | null
  /** Put over every request. */
  extraBody: Record<string, unknown>
  unusable: string | null
}

/** 20 MB, by platform.claude.com/docs (Claude on Amazon Bedrock). */
const MAX_BODY_BYTES = 20 * 1024 * 1024

/** Amazon Bedrock: InvokeModel, in Anthropic's format, for Claude, and Converse for all others. */
export function createBedrockProvider(settings: BedrockSettings): Provider {
  const senders = new Map<string, SendCommand>()
  const neverStreamsTools = createRecent<true>(MOST_TARGETS)

  const senderFor = ({ region, endpoint }: Target): SendCommand => {
    const place = endpoint ?? settings.endpoint
    const key = `${region} ${place}`
    const sender =
      senders.get(key) ?? createBedrockSender(settings.name, region ?? '', place, settings)
    senders.set(key, sender)
    return sender
  }

  const send: SendCommand = async (command, sending) => {
    try {
      const response = await senderFor(sending.target)(command, sending)
      if (response.ok) return response
      const failure = await failureFrom(settings.name, response)
      throw namingField(namingUnsupported(failure))
    } catch (error) {
      // The SDK keeps credentials in memory: after `aws sso login` a new client reads them again.
      if (error instanceof ProxyError && error.details.outcome === 'credential') senders.clear()
      throw error
    }
  }

  return {
    name: settings.name,
    unusable: settings.unusable,
    prefill: true,
    maxBodyBytes: MAX_BODY_BYTES,
    isClaude: takesInvoke,
    runsTool: (name, target) => name === 'tool_search' && searchesTools(target),

    async messages(call) {
      const { request, ...sending } = call
      const { target } = sending
      if (!takesInvoke(target)) return converse(call, send, settings.extraBody, neverStreamsTools)
      const input = {
        modelId: target.model,
        contentType: 'application/json',
        accept: 'application/json',
        body: bodyText(request, target, settings),
      }
      if (request.body.stream !== true) {
        const response = await send(new InvokeModelCommand(input), sending)
        return new Response(response.body, { headers: clientHeaders(response, 'application/json') })
      }
      const response = await send(new InvokeModelWithResponseStreamCommand(input), sending)
      if (!response.body) throw badAnswer(settings.name, 'the stream is empty')
      return new Response(bodyOf(bedrockEvents(settings.name, response.body)), {
        headers: clientHeaders(response, 'text/event-stream'),
      })
    },

    async countTokens({ request, ...sending }) {
      const { target } = sending
      const input = takesInvoke(target)
        ? { invokeModel: { body: countedBody(request, target) } }
        : { converse: toCounted(request.body, target) }
      const command = new CountTokensCommand({ modelId: countedId(target), input })
      return readCount(settings.name, await send(command, sending), 'inputTokens')
    },
  }
}

function bodyText(request: ClientRequest, { baseModel }: Target, { extraBody }: BedrockSettings) {
  const body = bedrockBody({ ...request, body: exactBody(request) }, baseModel)
  return JSON.stringify({ ...body, ...extraBody })
}

function clientHeaders(response: Response, contentType: string): Headers {
  const headers = downstreamHeaders(response.headers)
  headers.set('content-type', contentType)
  return headers
}

/** The one server tool on Bedrock came with Claude 4.5; a Claude we do not know is newer. */
function searchesTools(target: Target): boolean {
  const { version } = claudeModel(target.baseModel) ?? { version: Number.POSITIVE_INFINITY }
  return takesInvoke(target) && version >= 4.5
}

/** The body is checked as if it were to be answered, its thinking budget included. */
function countedBody(request: ClientRequest<CountTokensBody>, { baseModel }: Target): Uint8Array {
  const max_tokens = (request.body.thinking?.budget_tokens ?? 0) + 1
  const body: MessagesBody = { ...exactBody(request), max_tokens }
  return Buffer.from(JSON.stringify(bedrockBody({ ...request, body }, baseModel)))
}

/**
 * `{"message"}` with the exception's name in a header, `ValidationException:http://…`, or in the
 * body, `com.amazon.coral.service#ThrottlingException` (AWS restJson1 protocol).
 */
async function failureFrom(provider: string, response: Response): Promise<ProxyError> {
  const body = tryParse(await readShortBody(response))
  const { message, Message, __type, code } = isRecord(body) ? body : {}
  const said = message ?? Message
  const name = response.headers.get('x-amzn-errortype') ?? __type ?? code
  const type = typeof name === 'string' ? name.replace(/^.*#/, '').replace(/:.*$/, '') : null
  return failureFromResponse({
    provider,
    status: response.status,
    headers: response.headers,
    message:
      typeof said === 'string' ? said : (type ?? `${provider} answered HTTP ${response.status}`),
    type,
  })
}
