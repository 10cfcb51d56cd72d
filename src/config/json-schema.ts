import type { ProviderType } from './config.ts'
import { Price } from './prices.ts'
import { History, PROVIDERS, Route, Routing, Server, Step, Variant } from './schema.ts'
import { SERVICES } from './services.ts'

/** The whole configuration file as JSON Schema (draft 2020-12), for editors. */
export function configSchema(): object {
  const step = { ...Step, properties: { ...Step.properties, variants: listOf(Variant) } }
  const route = { ...Route, properties: { ...Route.properties, provider_sequence: listOf(step) } }
  return withVariables({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'claude-proxy configuration',
    type: 'object',
    additionalProperties: false,
    properties: {
      server: Server,
      providers: {
        type: 'object',
        properties: Object.fromEntries(
          [...SERVICES.values()].map(({ name, types }) => [
            name,
            { anyOf: types.map((type) => PROVIDERS[type]) },
          ]),
        ),
        additionalProperties: {
          oneOf: [
            ownProvider('bedrock', []),
            ownProvider('anthropic', ['base_url']),
            ownProvider('openai', ['base_url']),
          ],
        },
      },
      routing: { ...Routing, properties: { ...Routing.properties, models: listOf(route) } },
      history: History,
      prices: { type: 'object', additionalProperties: Price },
    },
  })
}

/** An editor sees the file before its variables are expanded. */
function withVariables(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'pattern' ? `${value}|\\$\\{` : value)),
  )
}

function listOf(items: object): object {
  return { type: 'array', items }
}

function ownProvider(type: ProviderType, required: string[]): object {
  const schema = PROVIDERS[type]
  return {
    ...schema,
    properties: { ...schema.properties, type: { const: type } },
    required: ['type', ...required],
  }
}
