import { check } from './check.ts'
import type { ProviderConfig, Route as ResolvedRoute, ServerConfig } from './config.ts'
import { type Mention, shareLimits } from './limits.ts'
import type { Path, Report } from './problem.ts'
import { Route, Step, Variant } from './schema.ts'
import { remedyFor } from './suggestion.ts'
import { plainTarget, resolveVariant } from './variants.ts'

export interface RouteContext {
  providers: ReadonlyMap<string, ProviderConfig>
  /** All that may be named: also providers whose own section has a problem. */
  names: readonly string[]
  server: ServerConfig
  report: Report
}

/** The routes under `routing.models`, without the parts that have a problem. */
export function resolveRoutes(list: unknown[], context: RouteContext): ResolvedRoute[] {
  const routes = list.flatMap((item, index) => {
    const path = ['routing', 'models', index]
    const route = check(Route, item, path, context.report)
    if (!route) return []
    if (route.provider_sequence.length === 0) {
      const remedy = 'add a provider, for example - name: bedrock'
      context.report([...path, 'provider_sequence'], 'the route leads nowhere', remedy)
    }
    const mentions = route.provider_sequence.flatMap((step, position) =>
      resolveStep(step, [...path, 'provider_sequence', position], context),
    )
    return [{ model: route.model, strategy: route.strategy ?? ('order' as const), path, mentions }]
  })
  reportTwins(routes, context.report)
  const limits = shareLimits(
    routes.flatMap(({ mentions }) => mentions),
    context.report,
  )
  return routes.map(({ model, strategy, mentions }) => ({
    model,
    strategy,
    targets: mentions.map(({ target }) => ({
      ...target,
      limits: limits.get(target.id) ?? target.limits,
    })),
  }))
}

function resolveStep(item: unknown, path: Path, context: RouteContext): Mention[] {
  const step = check(Step, item, path, context.report)
  if (!step) return []
  const provider = context.providers.get(step.name)
  if (!provider) {
    if (!context.names.includes(step.name)) {
      const remedy = remedyFor(step.name, context.names, 'there are')
      context.report([...path, 'name'], `unknown provider ${JSON.stringify(step.name)}`, remedy)
    }
    for (const [index, variant] of (step.variants ?? []).entries()) {
      check(Variant, variant, [...path, 'variants', index], context.report)
    }
    return []
  }
  if (step.variants === undefined && knowsOurIds(provider)) {
    return [{ target: plainTarget('', provider, context.server), path }]
  }
  const variants = step.variants ?? []
  if (variants.length === 0) {
    const message = `${provider.name} has no variants, and no model of its own to fall back on`
    context.report([...path, 'variants'], message, 'add one, as - model: and the id it has there')
  }
  return variants.flatMap((variant, index) => {
    const place = [...path, 'variants', index]
    const target = resolveVariant(variant, provider, place, context)
    return target ? [{ target, path: place }] : []
  })
}

/**
 * A server of Anthropic's kind takes the ids that Claude Code sends, so there the id may go through
 * as it came. Bedrock, OpenRouter and everyone on the OpenAI wire call the models something else.
 */
export function knowsOurIds({ type, service }: ProviderConfig): boolean {
  return type === 'anthropic' && service !== 'openrouter'
}

/** Names are compared without case: the second of two would never be reached. */
function reportTwins(routes: { model: string; path: Path }[], report: Report) {
  const seen = new Set<string>()
  for (const { model, path } of routes) {
    const name = model.toLowerCase()
    if (seen.has(name)) {
      const message = `there is a route ${JSON.stringify(model)} further up`
      report([...path, 'model'], message, 'put their providers into one route')
    }
    seen.add(name)
  }
}
