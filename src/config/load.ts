import { isRecord } from '../json.ts'
import { check } from './check.ts'
import type { Config, ProviderConfig, Route, RoutingConfig, ServerConfig } from './config.ts'
import { type ConfigDocument, parseConfig, readDocument } from './document.ts'
import { applyEnvironment } from './environment.ts'
import { isOn } from './fields.ts'
import { findConfigPath } from './find.ts'
import { resolveHistory } from './history.ts'
import { noticesFor } from './notices.ts'
import { resolvePrices } from './prices.ts'
import { ConfigError, formatPath, type Path, type Problem, type Report } from './problem.ts'
import { resolveProvider } from './providers.ts'
import { resolveRoutes } from './routes.ts'
import { History, Root, Routing, Server } from './schema.ts'
import { resolveServer } from './server.ts'
import { SERVICES } from './services.ts'
import type { ConfigSource } from './source.ts'
import { timerMs } from './units.ts'
import { type Expansion, expandVariables } from './variables.ts'

export type { ConfigSource } from './source.ts'

/**
 * The configuration from the file, the environment and the flags; no file and no provider is one,
 * too. Throws a ConfigError with everything that is wrong at once.
 */
export async function loadConfig(source: ConfigSource): Promise<Config> {
  return resolve(await readDocument(findConfigPath(source)), source)
}

/** The same from a YAML text instead of a file. */
export async function readConfig(yaml: string, source: ConfigSource): Promise<Config> {
  return resolve(parseConfig(yaml, null), source)
}

async function resolve(document: ConfigDocument, source: ConfigSource): Promise<Config> {
  const expansion = expandVariables(document.value, source.env)
  const root = isRecord(expansion.value) ? expansion.value : {}
  const waiting = new Set(expansion.missing.map(({ path }) => formatPath(path)))
  const origins = applyEnvironment(root, waiting, source)
  const { problems, report } = openReport(document, origins)

  const missing = expansion.missing.filter(({ path }) => !origins.has(formatPath(path)))
  reportVariables({ ...expansion, missing }, report)
  check(Root, isRecord(expansion.value) ? root : expansion.value, [], report)
  const server = resolveServer(check(Server, root.server ?? {}, ['server'], report) ?? {}, report)
  const providers = resolveProviders(root.providers, server, missing, report)
  const routing = resolveRouting(root, providers, server, report)
  const history = resolveHistory(
    check(History, root.history ?? {}, ['history'], report) ?? {},
    document.file,
    source,
  )
  const prices = resolvePrices(root.prices, report)
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    path: document.file,
    server,
    providers: withRegions(providers, routing.routes),
    routing,
    history,
    prices,
    notices: await noticesFor(document, routing, root.routing),
  }
}

/** At most one problem per key: what follows from the first is not worth a line. */
function openReport(document: ConfigDocument, origins: ReadonlyMap<string, string>) {
  const problems: Problem[] = []
  const known = new Set<string>()
  const report: Report = (path, message, remedy, at = 'value') => {
    const text = formatPath(path)
    if (known.has(text)) return
    known.add(text)
    const origin = originOf(path, origins)
    if (origin !== undefined || document.file === null) {
      const nowhere = { file: null, line: null, column: null }
      problems.push({ ...nowhere, path: origin ?? text, message, remedy })
    } else {
      problems.push({
        file: document.file,
        ...document.locate(path, at),
        path: text,
        message,
        remedy,
      })
    }
  }
  return { problems, report }
}

function originOf(path: Path, origins: ReadonlyMap<string, string>): string | undefined {
  return origins.get(formatPath(path)) ?? origins.get(formatPath(path.slice(0, -1)))
}

/** A variable that a provider waits for makes that provider unusable and is no problem here. */
function reportVariables({ missing, malformed }: Omit<Expansion, 'value'>, report: Report) {
  for (const path of malformed) {
    report(path, 'has a "${" that begins no variable', `write \${NAME} or \${NAME:-default}`)
  }
  for (const { path, variable } of missing) {
    if (isInProvider(path)) continue
    const remedy = `set it, or write \${${variable}:-default}`
    report(path, `the environment variable ${variable} is not set`, remedy)
  }
}

function isInProvider(path: Path): boolean {
  return path[0] === 'providers' && path.length > 2
}

function resolveProviders(
  sections: unknown,
  server: ServerConfig,
  missing: Expansion['missing'],
  report: Report,
): Map<string, ProviderConfig> {
  const providers = new Map<string, ProviderConfig>()
  for (const [name, section] of isRecord(sections) ? Object.entries(sections) : []) {
    const own = missing.filter(({ path }) => isInProvider(path) && path[1] === name)
    const provider = resolveProvider(name, section, { server, missing: own, report })
    if (provider) providers.set(name, provider)
  }
  return providers
}

function resolveRouting(
  root: Record<string, unknown>,
  providers: Map<string, ProviderConfig>,
  server: ServerConfig,
  report: Report,
): RoutingConfig {
  const section = check(Routing, root.routing ?? {}, ['routing'], report) ?? {}
  const sections = isRecord(root.providers) ? Object.keys(root.providers) : []
  const names = [...new Set([...sections, ...SERVICES.keys()])]
  const models = isRecord(root.routing) ? root.routing.models : []
  const routes = resolveRoutes(Array.isArray(models) ? models : [], {
    providers,
    names,
    server,
    report,
  })
  return {
    enable: routes.length > 0 && isOn(section.enable ?? true),
    routes,
    retryTimeoutMs: timerMs(Number(section.retry_timeout_millis ?? 1000) / 1000),
    rateLimitMs: timerMs(section.rate_limit_seconds ?? 10),
    maxWaitMs: timerMs(section.max_wait ?? '30s'),
    onStreamFailure: section.on_stream_failure ?? 'error',
    serverTools: section.server_tools ?? 'move',
    affinity: isOn(section.affinity ?? true),
  }
}

/** Bedrock without a region can be used where every variant brings its own. */
function withRegions(
  providers: Map<string, ProviderConfig>,
  routes: Route[],
): Map<string, ProviderConfig> {
  const routed = new Set(routes.flatMap(({ targets }) => targets.map(({ provider }) => provider)))
  const complete = [...providers].map(([name, provider]): [string, ProviderConfig] => {
    const { type, region, unusable } = provider
    if (type !== 'bedrock' || region || unusable || routed.has(name)) return [name, provider]
    const remedy = `set providers.${name}.region${name === 'bedrock' ? ' or AWS_REGION' : ''}`
    return [name, { ...provider, unusable: `${name} has no region: ${remedy}.` }]
  })
  return new Map(complete)
}
