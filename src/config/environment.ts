import { resolve } from 'node:path'
import { isRecord } from '../json.ts'
import { formatPath, type Path } from './problem.ts'
import { SERVICES } from './services.ts'
import type { ConfigSource } from './source.ts'

interface Setting {
  /** The flag or variable. */
  name: string
  path: Path
  /** Not used when this key of the same section is set. */
  unless?: string
}

/** These fill what the file leaves open. */
const GAPS: Setting[] = [
  ...[...SERVICES.values()]
    .filter(({ name }) => name !== 'bedrock')
    .map(({ name, keyVariable }) => ({ name: keyVariable, path: ['providers', name, 'api_key'] })),
  // Never ANTHROPIC_BASE_URL and OPENAI_BASE_URL: people export our own address there.
  ...['openrouter', 'cerebras', 'groq'].map((name) => ({
    name: `${name.toUpperCase()}_BASE_URL`,
    path: ['providers', name, 'base_url'],
  })),
  // The predecessor's users come from boto3, which reads the second name.
  { name: 'AWS_REGION', path: ['providers', 'bedrock', 'region'] },
  { name: 'AWS_DEFAULT_REGION', path: ['providers', 'bedrock', 'region'] },
  {
    name: 'AWS_BEARER_TOKEN_BEDROCK',
    path: ['providers', 'bedrock', 'api_key'],
    unless: 'profile_name',
  },
  { name: 'AWS_PROFILE', path: ['providers', 'bedrock', 'profile_name'], unless: 'api_key' },
]

/** These stand over the file, a later one over an earlier one. */
const OVERRIDES: Setting[] = [
  { name: 'PORT', path: ['server', 'port'] },
  { name: 'READ_TIMEOUT', path: ['server', 'read_timeout'] },
  { name: 'WRITE_TIMEOUT', path: ['server', 'write_timeout'] },
  { name: 'IDLE_TIMEOUT', path: ['server', 'idle_timeout'] },
  { name: 'BEDROCK_REGION', path: ['providers', 'bedrock', 'region'] },
  { name: 'BEDROCK_ENDPOINT', path: ['providers', 'bedrock', 'endpoint'] },
  { name: 'ROUTING_ENABLE', path: ['routing', 'enable'] },
  { name: 'RETRY_TIMEOUT_MILLIS', path: ['routing', 'retry_timeout_millis'] },
  { name: 'RATE_LIMIT_SECONDS', path: ['routing', 'rate_limit_seconds'] },
  { name: 'CLAUDE_PROXY_HOST', path: ['server', 'host'] },
  { name: 'CLAUDE_PROXY_PORT', path: ['server', 'port'] },
  { name: 'CLAUDE_PROXY_DB', path: ['history', 'path'] },
  { name: 'CLAUDE_PROXY_API_KEYS', path: ['server', 'api_keys'] },
]

/**
 * Completes what a file says with the environment and the flags, in place: first the built-in
 * providers that are used without a section, then the gaps, then what stands over the file. An
 * empty variable counts as unset.
 *
 * Gives back which flag or variable decided a key. A gap in `missing` (a file that names a
 * variable of its own) is not filled.
 */
export function applyEnvironment(
  root: Record<string, unknown>,
  missing: ReadonlySet<string>,
  source: ConfigSource,
): Map<string, string> {
  const origins = new Map<string, string>()
  addProviders(root, source.env)
  for (const setting of GAPS) {
    const section = sectionOf(root, setting.path)
    const key = String(setting.path.at(-1))
    if (!section || Object.hasOwn(section, key) || missing.has(formatPath(setting.path))) continue
    if (key === 'api_key' && section.auth === 'passthrough') continue
    if (setting.unless && Object.hasOwn(section, setting.unless)) continue
    put(setting, source.env[setting.name])
  }
  for (const setting of OVERRIDES) put(setting, source.env[setting.name])
  put({ name: '--host', path: ['server', 'host'] }, source.host)
  put({ name: '--port', path: ['server', 'port'] }, source.port)
  put({ name: '--db', path: ['history', 'path'] }, source.db)
  return origins

  function put({ name, path }: Setting, given: string | number | undefined) {
    const section = sectionOf(root, path)
    const value = typeof given === 'string' ? given.trim() : given
    if (!section || value === undefined || value === '') return
    section[String(path.at(-1))] = parseValue(path, value)
    origins.set(formatPath(path), name)
  }
}

/**
 * A route may name a built-in provider that has no section, and a file without `providers` has
 * those whose key stands in the environment.
 */
function addProviders(root: Record<string, unknown>, env: ConfigSource['env']) {
  const named = namesInRoutes(root.routing)
  const fromKeys = root.providers === undefined
  root.providers ??= {}
  const { providers } = root
  if (!isRecord(providers)) return
  for (const { name, keyVariable } of SERVICES.values()) {
    if (Object.hasOwn(providers, name)) continue
    if (named.has(name) || (fromKeys && env[keyVariable])) providers[name] = {}
  }
}

function namesInRoutes(routing: unknown): Set<unknown> {
  return new Set(
    listAt(routing, 'models')
      .flatMap((route) => listAt(route, 'provider_sequence'))
      .map((step) => (isRecord(step) ? step.name : undefined)),
  )
}

function listAt(value: unknown, key: string): unknown[] {
  const list = isRecord(value) ? value[key] : undefined
  return Array.isArray(list) ? list : []
}

/** The mapping that holds the last key of a path. Top sections come into being, providers do not. */
function sectionOf(root: Record<string, unknown>, path: Path): Record<string, unknown> | null {
  const [top, provider] = path
  if (path.length === 2) root[String(top)] ??= {}
  let section: unknown = Object.hasOwn(root, String(top)) ? root[String(top)] : null
  if (path.length === 3 && isRecord(section)) {
    section = Object.hasOwn(section, String(provider)) ? section[String(provider)] : null
  }
  return isRecord(section) ? section : null
}

/** A list of keys that names none would leave the door open, so it stays one empty key: a problem. */
function parseValue(path: Path, value: string | number): unknown {
  if (path.at(-1) === 'api_keys') {
    return String(value)
      .split(',')
      .map((key) => key.trim())
  }
  // A path from outside the file is relative to where we were started, not to the file.
  if (path[0] === 'history' && value !== ':memory:') return resolve(String(value))
  return value
}
