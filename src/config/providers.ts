import { isRecord } from '../json.ts'
import { readBaseUrl } from './base-url.ts'
import { check } from './check.ts'
import type { ProviderConfig, ProviderType, ServerConfig, ServiceName } from './config.ts'
import { isOn } from './fields.ts'
import { formatPath, type Path, type Report } from './problem.ts'
import { PROVIDERS, type Provider } from './schema.ts'
import { SERVICES, serviceAt, serviceNameAt } from './services.ts'
import { readStrip } from './strip.ts'
import { remedyFor, suggest } from './suggestion.ts'
import { readTimers } from './timers.ts'

export interface ProviderContext {
  server: ServerConfig
  /** The variables this section names that are not set: their fields are absent. */
  missing: { path: Path; variable: string }[]
  report: Report
}

/** A section under `providers`; null when it has a problem, which was reported. */
export function resolveProvider(
  name: string,
  section: unknown,
  context: ProviderContext,
): ProviderConfig | null {
  const { report } = context
  const path = ['providers', name]
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    report(path, 'is not a name', 'use letters, digits, dots, dashes and underscores', 'key')
    return null
  }
  const type = readType(name, section, report)
  const fields: Provider | null = type && check(PROVIDERS[type], section, path, report)
  if (!type || !fields) return null

  const baseUrl = readAddress(name, type, fields, context)
  const service = readService(name, type, fields, baseUrl, report)
  const auth = fields.auth ?? 'key'
  if (auth === 'passthrough' && fields.api_key !== undefined) {
    report([...path, 'api_key'], 'is not used with auth: passthrough', 'remove one of the two')
  }
  const provider: ProviderConfig = {
    name,
    type,
    service,
    baseUrl,
    messagesUrl: null,
    allowHttp: isOn(fields.allow_http),
    apiKey: auth === 'key' ? (fields.api_key ?? null) : null,
    auth,
    serverTools: isOn(fields.server_tools ?? service === 'anthropic'),
    region: fields.region ?? null,
    profileName: fields.profile_name ?? null,
    extraBody: fields.extra_body ?? {},
    timers: readTimers(fields),
    unusable: null,
    api: fields.api ?? 'auto',
    strip: readStrip(fields.strip, path, report),
  }
  return {
    ...provider,
    messagesUrl: messagesUrlOf(provider, isRecord(section) && section.type !== undefined),
    unusable: whyUnusable(provider, context.missing),
  }
}

/** The type decides which schema holds, so it is looked at before everything else. */
function readType(name: string, section: unknown, report: Report): ProviderType | null {
  const service = SERVICES.get(name)
  const { type } = isRecord(section) ? section : {}
  const path = ['providers', name, 'type']
  if (type === undefined) {
    if (service) return service.types[0]
    const meant = suggest(name, SERVICES.keys())
    const own = 'a provider of your own needs a type (openai or anthropic) and a base_url'
    report(
      ['providers', name],
      `${JSON.stringify(name)} is not a built-in provider and has no type`,
      meant === null ? own : `did you mean "${meant}"? Otherwise: ${own}`,
      'key',
    )
    return null
  }
  const known = Object.keys(PROVIDERS) as ProviderType[]
  const found = known.find((one) => one === type)
  if (!found) {
    report(path, `unknown type ${JSON.stringify(type)}`, remedyFor(String(type), known, 'one of'))
    return null
  }
  if (service && !service.types.includes(found)) {
    report(
      path,
      `the built-in ${name} is of type ${service.types.join(' or ')}`,
      'leave type out, or give this provider a name of its own',
    )
    return null
  }
  return found
}

function readAddress(
  name: string,
  type: ProviderType,
  fields: Provider,
  { server, missing, report }: ProviderContext,
): string | null {
  const key = type === 'bedrock' ? 'endpoint' : 'base_url'
  const path = ['providers', name, key]
  const text = fields[key] ?? SERVICES.get(name)?.baseUrl
  if (text) {
    return readBaseUrl(text, { type, allowHttp: isOn(fields.allow_http), server }, path, report)
  }
  const isWaiting = missing.some((one) => formatPath(one.path) === formatPath(path))
  if (type !== 'bedrock' && !isWaiting) {
    report(
      path,
      'is missing',
      'add the address of the server, for example http://127.0.0.1:11434/v1',
    )
  }
  return null
}

function readService(
  name: string,
  type: ProviderType,
  { service }: Provider,
  baseUrl: string | null,
  report: Report,
): ServiceName {
  const builtIn = SERVICES.get(name)?.name
  if (builtIn && service && service !== builtIn) {
    const remedy = 'leave service out, or give this provider a name of its own'
    report(['providers', name, 'service'], `the built-in ${name} is no other service`, remedy)
  }
  const named = builtIn ?? service
  if (named) return named
  if (type === 'bedrock') return 'bedrock'
  if (baseUrl === null) return 'custom'
  return (type === 'openai' ? serviceNameAt(baseUrl) : serviceAt(baseUrl)?.name) ?? 'custom'
}

/**
 * OpenRouter has Anthropic's Messages beside Chat Completions, where a request to Claude loses
 * nothing. Whoever names the type or the API has chosen.
 */
function messagesUrlOf(
  { type, service, api, baseUrl }: ProviderConfig,
  isTypeNamed: boolean,
): string | null {
  if (service !== 'openrouter' || type !== 'openai' || isTypeNamed || api === 'chat') return null
  return baseUrl?.replace(/\/v1$/, '') ?? null
}

function whyUnusable(
  { name, baseUrl, apiKey, auth }: ProviderConfig,
  missing: ProviderContext['missing'],
): string | null {
  const [first] = missing
  if (first) {
    return `${formatPath(first.path)} needs the environment variable ${first.variable}: set it and start again.`
  }
  const vendor = baseUrl === null ? null : serviceAt(baseUrl)
  if (vendor === null || auth === 'passthrough' || apiKey !== null) return null
  const remedy = SERVICES.has(name) ? `set ${vendor.keyVariable} or` : 'set'
  return `${name} has no key: ${remedy} providers.${name}.api_key.`
}
