import { ProxyError } from '../errors.ts'
import { isMarked, withMillionWindow, withoutMark } from '../providers/claude/million.ts'
import { type Target, withModel } from './target.ts'

/** Which of the targets that may be asked is asked first. */
export type Strategy = 'order' | 'round_robin' | 'least_busy' | 'latency'

export interface Route {
  /** `default`, an exact model id, or a part of one. */
  model: string
  strategy: Strategy
  targets: readonly Target[]
}

export interface RouterSettings {
  /** Off: every request goes, with its model id unchanged, to `passTo`. */
  enable: boolean
  routes: readonly Route[]
  /** The first provider configured, as a target without a model; null when there is none. */
  passTo: Target | null
}

/** The route for a model id, its targets complete. */
export type Router = (modelId: string) => Route

/**
 * The route with exactly this name, else the first whose name is part of the id, else `default`.
 * A router throws `not_found_error` when none matches, and says what is missing when there is no
 * provider at all.
 */
export function createRouter({ enable, routes, passTo }: RouterSettings): Router {
  return (modelId) => {
    const model = withoutMark(modelId)
    const route = enable
      ? (findRoute(routes, model) ?? noRoute(routes, modelId))
      : { model, strategy: 'order' as const, targets: [passTo ?? noProvider()] }
    const asked = route.targets.map((target) => withModel(target, model))
    const targets = isMarked(modelId) ? asked.map(withMillionWindow) : asked
    // Named twice, it is still one target.
    return {
      ...route,
      targets: [...new Map(targets.map((target) => [target.id, target])).values()],
    }
  }
}

function findRoute(routes: readonly Route[], modelId: string): Route | undefined {
  const id = modelId.toLowerCase()
  return (
    routes.find(({ model }) => model.toLowerCase() === id) ??
    routes.find(({ model }) => id.includes(model.toLowerCase())) ??
    routes.find(({ model }) => model === 'default')
  )
}

function noProvider(): never {
  throw new ProxyError(
    'not_found_error',
    'No provider is configured. Add one under "providers:" in the config file ' +
      '(`claude-proxy config path` says where it is looked for) or set ANTHROPIC_API_KEY, ' +
      'OPENROUTER_API_KEY or another provider key, and start the proxy again.',
  )
}

function noRoute(routes: readonly Route[], modelId: string): never {
  const names = routes.map(({ model }) => `"${model}"`).join(', ')
  throw new ProxyError(
    'not_found_error',
    `No route matches the model "${modelId}" and there is none called "default". Routes: ${names}`,
  )
}
