import type Anthropic from '@anthropic-ai/sdk'
import { READERS, type Reading } from './reading.ts'
import { isStream, modelOf, type Row, requestOf, type Wire } from './recordings.ts'

/** What takes over behind the service whose recording is played. */
export const SPARE = 'claude-haiku-4-5'

/** The keys of a provider that say which wire it speaks, and where. */
export function addressOf(wire: Wire, url: string): string {
  switch (wire) {
    case 'anthropic':
      return `type: anthropic, base_url: "${url}"`
    case 'invoke':
    case 'converse':
      return `type: bedrock, region: us-west-2, endpoint: "${url}"`
    case 'chat':
    case 'responses':
      return `type: openai, base_url: "${url}"`
  }
}

/** What a variant says where its service speaks two wires. */
export function apiOf(wire: Wire): string {
  return wire === 'chat' || wire === 'responses' ? `, api: ${wire}` : ''
}

/** A configuration in which the recorded service is asked first, and perhaps a spare behind it. */
export async function yamlFor(row: Row, url: string, spareUrl?: string): Promise<string> {
  const { wire, provider } = row
  const first = `{ name: ${provider}, variants: [{ model: "${await modelOf(row)}"${apiOf(wire)} }] }`
  const spare = `{ name: spare, variants: [{ model: ${SPARE} }] }`
  return `
providers:
  ${provider}: { ${addressOf(wire, url)}, api_key: key-of-the-service }
  ${spareUrl ? `spare: { type: anthropic, base_url: "${spareUrl}", api_key: key-of-spare }` : ''}
routing:
  retry_timeout_millis: 10
  max_wait: 0
  models: [{ model: default, provider_sequence: [${spareUrl ? `${first}, ${spare}` : first}] }]
`
}

/**
 * A request that fits the answer: what was really asked where that was Anthropic's wire, else one
 * with the tools that are called.
 */
export async function askFor(
  row: Row,
  reading: Reading,
): Promise<Anthropic.MessageCreateParamsNonStreaming> {
  const recorded = (await requestOf(row))?.body
  // Which model answers is the route's to say, and the official SDK warns of old ones.
  const model = 'any'
  if (recorded && (row.wire === 'anthropic' || row.wire === 'invoke')) {
    const { stream: _, anthropic_version, anthropic_beta, ...body } = recorded
    return JSON.parse(JSON.stringify({ ...body, model }))
  }
  const names = new Set(reading.content.flatMap(toolName))
  const tools = [...names].map((name) => ({ name, input_schema: { type: 'object' as const } }))
  return {
    model,
    max_tokens: 1024,
    messages: [{ role: 'user', content: 'Hello' }],
    ...(tools.length > 0 && { tools }),
  }
}

function toolName(block: unknown): string[] {
  const { type, name } = block as { type: string; name?: string }
  return type === 'tool_use' && name ? [name] : []
}

/** The direct reading of a row's recording. */
export function readingOf(row: Row, body: Uint8Array): Reading {
  return READERS[row.wire](body, isStream(row))
}

/** The same of what the official SDK has put together. */
export function readingFrom({ content, stop_reason, usage }: Anthropic.Message): Reading {
  return {
    // What the SDK keeps beside the wire's fields is not enumerable.
    content: JSON.parse(JSON.stringify(content)),
    stop: stop_reason,
    usage: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_input_tokens ?? 0,
      cacheWrite: usage.cache_creation_input_tokens ?? 0,
      thinking: usage.output_tokens_details?.thinking_tokens ?? 0,
    },
  }
}
