import { Elysia } from 'elysia'
import type { TSchema } from 'typebox'
import { VERSION } from '../../version.ts'
import * as figures from './figures.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import * as requests from './requests.ts'
import * as service from './service.ts'
import * as targets from './targets.ts'

/** The schemas that have a name in the document. */
const NAMED: Record<string, TSchema> = { ...requests, ...figures, ...targets, ...service }
const NAMES = new Map<unknown, string>(
  Object.entries(NAMED).map(([name, schema]) => [schema, name]),
)

/** `GET /api/openapi.json`. */
export function openApi() {
  let text: string | undefined
  return new Elysia({ name: 'api-openapi' }).get('/api/openapi.json', () => {
    text ??= JSON.stringify(openApiDocument())
    return new Response(text, { headers: { 'content-type': 'application/json' } })
  })
}

/** What can be asked of us, as an OpenAPI 3.1 document. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'claude-proxy',
      version: VERSION,
      description: 'Times are Unix milliseconds, costs US dollars, shares 0 to 1.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{}, { key: [] }, { bearer: [] }],
    paths: pathsOf(OPERATIONS),
    components: {
      schemas: Object.fromEntries(
        Object.entries(NAMED).map(([name, schema]) => [name, withReferences({ ...schema })]),
      ),
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function pathsOf(operations: readonly Operation[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described(operation) }
  }
  return paths
}

function described(operation: Operation): object {
  const { method, path, tag, summary, parameters = [], body } = operation
  return {
    operationId: `${method}${path.replaceAll(/\W+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters: withReferences(parameters) }),
    ...(body && {
      requestBody: { content: { 'application/json': { schema: withReferences(body) } } },
    }),
    responses: responsesOf(operation),
  }
}

function responsesOf({ answer, alsoAs = [], others = {} }: Operation): object {
  const files = Object.fromEntries(alsoAs.map((type) => [type, { schema: { type: 'string' } }]))
  const content = answer && { ...json(answer), ...files }
  const rest = Object.entries(others).map(
    ([status, { description, schema = service.ApiError }]) => [
      status,
      { description, content: json(schema) },
    ],
  )
  return {
    200: { description: 'OK', ...(content && { content }) },
    ...Object.fromEntries(rest),
    default: { description: 'What went wrong.', content: json(service.ApiError) },
  }
}

function json(schema: TSchema): object {
  return { 'application/json': { schema: withReferences(schema) } }
}

/** The same with a reference in the place of each schema that has a name. */
function withReferences(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) => {
      const name = NAMES.get(value)
      return name === undefined ? value : { $ref: `#/components/schemas/${name}` }
    }),
  )
}
