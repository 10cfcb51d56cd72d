import Anthropic from '@anthropic-ai/sdk'

/** The official SDK against a proxy, without retries of its own. */
export function sdkFor(url: string): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 })
}

/** A raw request, for what the SDK hides: statuses, headers, bytes. */
export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })
}

export interface ClientEvent {
  event: string
  data: Record<string, unknown>
}

/** The events of a stream that has ended. */
export function eventsIn(text: string): ClientEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }))
}

/** Everything a stream says in words. */
export function textIn(events: ClientEvent[]): string {
  return events
    .map(({ data }) => (data.delta as { text?: string } | undefined)?.text ?? '')
    .join('')
}
