import type { Message, MessagesBody } from '../../src/messages/request.ts'

/** A request of Claude Code, as far as it makes a prompt. */
export function aPrompt(messages: Message[], changes: Partial<MessagesBody> = {}): MessagesBody {
  return {
    model: 'claude-opus-5-5',
    max_tokens: 1000,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330; cch=1;' },
      { type: 'text', text: 'You help a programmer.' },
    ],
    tools: [{ name: 'Read' }, { name: 'Bash' }],
    messages,
    ...changes,
  }
}

export const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })

export const assistant = (text: string): Message => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
})
