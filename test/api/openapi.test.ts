import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { openApiDocument } from '../../src/api/openapi/document.ts'
import { OPERATIONS, type Operation } from '../../src/api/openapi/operations.ts'
import { replayApi } from '../../src/api/replay.ts'
import { apiRoutes } from '../../src/api/routes.ts'
import { openStore } from '../../src/history/store.ts'
import { isRecord } from '../../src/json.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { patientYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { noControls } from './controls.ts'

const OPUS = 'claude-opus-5-5'
const TARGET = `direct/${OPUS}`

let folder: string
let simulator: Simulator
let proxy: TestProxy
let requestId: string

/** A proxy with a bit of everything behind it: successes, a fallback, a failure, a test, a pause. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-openapi-'))
  simulator = startSimulator()
  proxy = await startTestProxy(`${patientYaml(simulator)}history: { payloads: all }`, {
    db: join(folder, 'history.db'),
  })
  const ask = async (model: string, stream: boolean) => {
    const messages = [{ role: 'user', content: 'Hi' }]
    const headers = { 'x-claude-code-session-id': 'session-1' }
    const response = await post(proxy.url, { model, stream, max_tokens: 10, messages }, { headers })
    await response.text()
    return response.headers.get('request-id') ?? ''
  }
  await ask('openai', true)
  simulator.script(OPUS, {
    kind: 'refuse',
    status: 400,
    message: 'context_management: Extra inputs',
  })
  await ask('anthropic', false)
  simulator.script(OPUS, { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } })
  requestId = await ask('anthropic-then-spare', true)
  await press('compatible/gpt-4o', 'test')
  await press('spare', 'pause')
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const press = (id: string, action: string) =>
  fetch(`${proxy.url}/api/providers/${encodeURIComponent(id)}/${action}`, { method: 'POST' })

const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>) =>
  `${method.toUpperCase()} ${path}`

/** What to ask for, where the path alone is not enough. */
function addressOf({ path }: Operation): string {
  if (path.startsWith('/api/requests/{id}')) return path.replace('{id}', requestId)
  if (path === '/api/sessions/{id}') return path.replace('{id}', 'session-1')
  if (path === '/v1/models/{id}') return path.replace('{id}', 'anthropic')
  if (path === '/api/stats') return `${path}?range=1h&previous=true`
  return path.replace('{id}', encodeURIComponent(TARGET))
}

const MESSAGE = JSON.stringify({
  model: 'bedrock',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'Hi' }],
})

function perform(operation: Operation): Promise<Response> {
  const { method, path, body } = operation
  return fetch(proxy.url + addressOf(operation), {
    method: method.toUpperCase(),
    ...(body && {
      body: path.startsWith('/v1') ? MESSAGE : '{}',
      headers: { 'content-type': 'application/json' },
    }),
  })
}

/** A schema that takes no member it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isRecord(schema)) return schema
  const members = Object.entries(schema).map(([name, value]) => [name, closed(value)])
  const isNamed = isRecord(schema.properties) && Object.keys(schema.properties).length > 0
  return { ...Object.fromEntries(members), ...(isNamed && { additionalProperties: false }) }
}

describe('every operation answers as the document says', () => {
  test.each(OPERATIONS.map((operation) => [nameOf(operation), operation] as const))(
    '%s',
    async (_, operation) => {
      const response = await perform(operation)
      expect(response.status).toBe(200)
      if (operation.method === 'head' || !operation.answer) return
      const answer: unknown = await response.json()
      const validator = Compile(closed(JSON.parse(JSON.stringify(operation.answer))) as object)
      expect([...validator.Errors(answer)].slice(0, 3)).toEqual([])
    },
  )

  test('and a member the document does not know would be noticed', () => {
    for (const { answer, path } of OPERATIONS) {
      if (!answer || path.startsWith('/v1') || path.endsWith('.json')) continue
      const validator = Compile(closed(JSON.parse(JSON.stringify(answer))) as object)
      const messages = [...validator.Errors({ surprise: true })].map(({ message }) => message)
      expect([path, messages.join()]).toEqual([path, expect.stringContaining('additional')])
    }
  })

  test('what is asked for is there to be checked', async () => {
    const read = async (path: string) => (await fetch(proxy.url + path)).json()
    expect(await read(`/api/requests/${requestId}`)).toMatchObject({
      attempts: [{ outcome: 'rate_limited' }, { outcome: 'ok' }],
    })
    expect(await read('/api/errors')).toMatchObject({ errors: [{}, {}, {}] })
    expect(await read('/api/sessions')).toMatchObject({ total: 1 })
    expect(await read('/api/models?limit=1')).toMatchObject({ models: [{ requests: 1 }] })
    const { targets } = (await read('/api/providers')) as { targets: TargetState[] }
    expect(targets.find(({ provider }) => provider === 'spare')?.state).toBe('paused')
    expect(targets.find(({ id }) => id === 'compatible/gpt-4o')?.test.last?.outcome).toBe('ok')
  })

  test('and its errors, too', async () => {
    const error = OPERATIONS.find(({ others }) => others?.[404])
    expect(error).toBeDefined()
    const validator = Compile((openApiDocument() as Document).components.schemas.ApiError ?? {})
    for (const path of ['/api/requests/none', '/api/sessions/none', '/api/stats?since=x']) {
      const answer: unknown = await (await fetch(proxy.url + path)).json()
      expect([path, ...validator.Errors(answer)]).toEqual([path])
    }
  })
})

interface Document {
  openapi: string
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, object> }
}

interface Described {
  operationId: string
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  responses: Record<string, { description: string }>
}

describe('the document', () => {
  const document = openApiDocument() as Document
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  test('is what /api/openapi.json gives', async () => {
    const response = await fetch(`${proxy.url}/api/openapi.json`)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)))
  })

  test('is OpenAPI 3.1: one id for each operation, a parameter for each part of a path', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document).toMatchObject({ info: { title: 'claude-proxy', version: expect.any(String) } })
    const ids = described.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, method, operation } of described) {
      expect(method).toMatch(/^(get|post|head)$/)
      const { parameters = [], responses } = operation
      const inPath = parameters.filter((one) => one.in === 'path')
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/{\w+}/g) ?? [])
      expect(inPath.every(({ required }) => required === true)).toBe(true)
      const names = parameters.map((one) => `${one.in} ${one.name}`)
      expect(new Set(names).size).toBe(names.length)
      expect(parameters.every(({ schema }) => isRecord(schema))).toBe(true)
      for (const [status, response] of Object.entries(responses)) {
        expect(status).toMatch(/^(\d\d\d|default)$/)
        expect(response.description).toBeString()
      }
    }
  })

  test('refers to nothing that it does not have, and has nothing that is not referred to', () => {
    const text = JSON.stringify(document)
    const prefix = '#/components/schemas/'
    const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref))
    const had = Object.keys(document.components.schemas).map((name) => prefix + name)
    expect([...refs].toSorted()).toEqual(had.toSorted())
  })

  const { reader } = openStore(':memory:', console.error)
  const routes = [
    ...apiRoutes({ reader, now: Date.now, ...noControls }).routes,
    ...replayApi(async (id) => id).routes,
  ]

  test('has every route of the API', () => {
    const paths = described.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const missing = routes.filter(({ method, path }) => {
      const pattern = path.replaceAll(/:\w+/g, '{\\w+}').replace('*', '.+')
      return !paths.some((name) => new RegExp(`^${method} ${pattern}$`).test(name))
    })
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  test('has no operation under /api that is no route', () => {
    const patterns = routes.map(
      ({ method, path }) =>
        new RegExp(`^${method} ${path.replaceAll(/:\w+/g, '{\\w+}').replace('*', '.+')}$`),
    )
    const stray = OPERATIONS.map(nameOf)
      .filter((name) => / \/api\/(?!hello)/.test(name))
      .filter((name) => !patterns.some((pattern) => pattern.test(name)))
    expect(stray).toEqual([])
  })
})

describe('a parameter that makes no sense is told by its name', () => {
  test.each([
    ['/api/stats?since=soon', 'since: must be Unix ms'],
    ['/api/requests?range=1y', 'range: must be one of'],
    ['/api/stats?range=1y', 'range: must be one of 15m, 1h, 24h, 7d, 30d'],
    ['/api/stats?range=1h&since=1', 'range: cannot be combined'],
    ['/api/stats?previous=perhaps', 'previous: must be true or false'],
    ['/api/series?since=5&until=5', 'since: must be before until'],
    ['/api/series?buckets=0', 'buckets: must be at least 1'],
    ['/api/series?buckets=501', 'buckets: must be a whole number from 0 to 500'],
    ['/api/histogram?status=99', 'status: must be an HTTP status'],
    ['/api/facets?stream=maybe', 'stream: must be true or false'],
    ['/api/models?limit=-1', 'limit: must be a whole number'],
    ['/api/errors?until=never', 'until: must be Unix ms'],
    ['/api/sessions?order=name', 'order: must be one of last_seen'],
    ['/api/sessions?offset=%00', 'offset: must be a whole number'],
    ['/api/providers/history?buckets=1e3', 'buckets: must be a whole number'],
    ['/api/requests?before=a&after=b', 'before and after: only one'],
  ])('%s', async (path, message) => {
    const response = await fetch(proxy.url + path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    })
  })

  test('whatever stands in an address is an answer, never a fault of ours', async () => {
    const strange = ["'", '%25', '_', '%00', '-1', '9'.repeat(400), 'x'.repeat(8000), '%zz', '[]']
    const paths = OPERATIONS.filter(({ method, path }) => method === 'get' && !path.includes('{'))
    for (const { path, parameters = [] } of paths) {
      for (const [at, { name }] of parameters.entries()) {
        const value = strange[at % strange.length] ?? ''
        const twice = `${path}?${name}=${value}&${name}=${strange[(at + 4) % strange.length]}`
        const { status } = await fetch(proxy.url + twice)
        expect([twice.slice(0, 100), status < 500]).toEqual([twice.slice(0, 100), true])
      }
    }
  })
})
