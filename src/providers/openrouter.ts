import type { Target } from '../routing/target.ts'
import { isClaude } from './claude/models.ts'
import { isNoSuchEndpoint } from './failure.ts'
import type { Call, Provider } from './provider.ts'

/** The two wires of OpenRouter, each as a provider of its own. */
export interface Wires {
  chat: Provider
  messages: Provider
}

/**
 * OpenRouter: Claude models are asked in Anthropic's own words, where nothing has to be translated,
 * all others through Chat Completions. It counts no tokens on either
 * (openrouter.ai/docs/api-reference has no such endpoint).
 *
 * A gateway in its place that has no Messages endpoint is asked through Chat Completions from then on.
 */
export function createOpenRouterProvider({ chat, messages }: Wires): Provider {
  /** By their address. */
  const gatewaysWithout = new Set<string | null>()
  const asksClaude = ({ api, baseModel, endpoint }: Target) =>
    api !== 'chat' && isClaude(baseModel) && !gatewaysWithout.has(endpoint)

  return {
    name: chat.name,
    unusable: chat.unusable,
    prefill: true,
    isClaude: asksClaude,
    runsTool: (name, target) => asksClaude(target) && (messages.runsTool?.(name, target) ?? false),

    async messages(call) {
      if (!asksClaude(call.target)) return chat.messages(call)
      try {
        return await messages.messages(withoutVersion(call))
      } catch (error) {
        if (!isNoSuchEndpoint(error)) throw error
        const answer = await chat.messages(call)
        // A 404 of both is about something else: an account's settings leave nobody to ask.
        gatewaysWithout.add(call.target.endpoint)
        return answer
      }
    },
  }
}

/** The address of a variant is written for Chat Completions, with the version at its end. */
function withoutVersion(call: Call): Call {
  const { endpoint } = call.target
  if (endpoint === null) return call
  return { ...call, target: { ...call.target, endpoint: endpoint.replace(/\/v1$/, '') } }
}
