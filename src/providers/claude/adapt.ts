import type { CountTokensBody, Message, MessagesBody } from '../../messages/request.ts'
import { asReminder } from '../reminder.ts'
import { type ClaudeModel, claudeModel } from './models.ts'
import { adaptEffort, adaptThinking } from './thinking.ts'

/**
 * The body as this Claude model takes it: the very same object where nothing has to change.
 *
 * Newer models verify that what stood before a thinking block is what it was written behind, so
 * every change here depends on the body and the model alone, never on time or on the route taken.
 */
export function adaptToClaude<Body extends CountTokensBody>(body: Body, modelId: string): Body {
  const model = claudeModel(modelId)
  const messages = adaptMessages(body.messages, model)
  const changes: Partial<MessagesBody> = {
    ...(messages !== body.messages && { messages }),
    ...(model && clampMaxTokens(body, model)),
  }
  const adapted = Object.keys(changes).length > 0 ? { ...body, ...changes } : body
  if (!model) return adapted
  return adaptSampling(adaptEffort(adaptThinking(adapted, model), model), model)
}

function adaptMessages(messages: Message[], model: ClaudeModel | null): Message[] {
  if (!model || model.inlineSystem || !messages.some(isSystem)) return messages
  return messages.map((message) => (isSystem(message) ? asUser(message) : message))
}

function isSystem({ role }: Message): boolean {
  return role === 'system'
}

function asUser(message: Message): Message {
  const { content } = message
  const text =
    typeof content === 'string' ? content : content.map((block) => block.text ?? '').join('\n')
  const cacheControl =
    typeof content === 'string' ? undefined : content.find((b) => b.cache_control)?.cache_control
  return {
    role: 'user',
    content: [
      {
        type: 'text',
        text: asReminder(text),
        ...(cacheControl !== undefined && { cache_control: cacheControl }),
      },
    ],
  }
}

function clampMaxTokens(body: CountTokensBody, model: ClaudeModel): Partial<MessagesBody> {
  if (!('max_tokens' in body) || typeof body.max_tokens !== 'number') return {}
  if (model.maxTokens === null || body.max_tokens <= model.maxTokens) return {}
  return { max_tokens: model.maxTokens }
}

/** "`temperature` may only be set to 1 for this model", and the like: then it decides by itself. */
function adaptSampling<Body extends CountTokensBody>(body: Body, model: ClaudeModel): Body {
  if (model.sampling) return body
  const kept = Object.entries<unknown>(body).filter(
    ([key, value]) =>
      !(key === 'temperature' && value !== 1) &&
      !(key === 'top_p' && Number(value) < 0.99) &&
      key !== 'top_k',
  )
  return kept.length === Object.keys(body).length ? body : (Object.fromEntries(kept) as Body)
}
