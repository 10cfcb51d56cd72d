import { isMarked, MILLION_MARK, withoutMark } from '../providers/claude/million.ts'
import { claudeModel } from '../providers/claude/models.ts'
import { MILLION, maxOutputOf } from '../providers/context-windows.ts'
import type { Provider } from '../providers/provider.ts'
import type { Route, Router } from '../routing/router.ts'
import type { Target } from '../routing/target.ts'

/** One id a client can ask for, in the shape of Anthropic's models list. */
export interface ModelInfo {
  type: 'model'
  id: string
  display_name: string
  /** Not Anthropic's; Claude Code shows it beside the name. */
  description: string
  created_at: string
  lifecycle: 'active'
  line: string | null
  max_input_tokens: number | null
  max_tokens: number | null
  deprecated_at: null
  retires_at: null
  capabilities: null
}

export interface Catalog {
  readonly list: readonly ModelInfo[]
  /** What a request for this id would get, listed or not; null where it would be refused. */
  find(id: string): ModelInfo | null
}

export interface CatalogDeps {
  router: Router
  routes: readonly Route[]
  providers: ReadonlyMap<string, Provider>
  /** Whether a client's Claude id goes through to somebody who knows it. */
  takesClaudeIds: boolean
}

/**
 * The ids that lead somewhere: routes, the models behind them, and a name with `claude` in it for
 * routes that have none, because Claude Code's discovery passes over all others.
 *
 * Its window is that of the first target, the one the route is for. Prompts that turn out too long
 * move on to larger windows by themselves; with a smaller one behind it Claude Code is told so when
 * it comes to that, and compacts.
 */
export function createCatalog({ router, routes, providers, takesClaudeIds }: CatalogDeps): Catalog {
  const routeOf = (id: string) => {
    try {
      return router(id)
    } catch {
      return null
    }
  }
  const isUsable = ({ provider }: Target) => providers.get(provider)?.unusable === null

  const mainOf = (id: string) => {
    const targets = routeOf(id)?.targets
    return targets?.find(isUsable) ?? targets?.[0]
  }

  function find(id: string): ModelInfo | null {
    const [route, main] = id === '' ? [] : [routeOf(id), mainOf(id)]
    return route && main ? modelInfo(id, route, main) : null
  }

  /**
   * A model that only stands in for others elsewhere is not what a client would get; nor would it
   * from somebody else who is asked for any name.
   */
  const leadsToItself = ({ id, model }: Target) => model !== '' && mainOf(model)?.id === id
  const aliasOf = (route: Route) => {
    const alias = `${ALIAS_PREFIX}${route.model}`
    const needsOne = !/claude|anthropic/i.test(route.model)
    // A target without a model of its own would be asked for one of this name.
    const canHaveOne = route.targets.every(({ model }) => model !== '')
    return needsOne && canHaveOne && routeOf(alias)?.model === route.model ? [alias] : []
  }
  const routed = routes.flatMap((route) => [
    ...(route.model === 'default' ? [] : [route.model]),
    ...aliasOf(route),
    ...route.targets.filter(leadsToItself).map(({ model }) => model),
  ])
  const ids = new Set([...routed, ...(takesClaudeIds ? CLAUDE_IDS : [])])
  const known = [...ids].map(find).filter((info) => info !== null)
  const list = known.flatMap((info) => [info, ...millionOf(info)])
  return { list, find }

  /** Claude Code takes any id it does not know for 200,000 tokens, unless it is marked. */
  function millionOf({ id }: ModelInfo): ModelInfo[] {
    const marked = find(`${id}${MILLION_MARK}`)
    return marked && (marked.max_input_tokens ?? 0) >= MILLION ? [marked] : []
  }
}

const ALIAS_PREFIX = 'claude-proxy/'

/** The current ids of the Claude API (@anthropic-ai/sdk 1.12.0), newest first. */
const CLAUDE_IDS = [
  'claude-fable-5-2',
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-fable-5-1',
  'claude-opus-5-5',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-5-20251101',
  'claude-sonnet-4-5-20250929',
]

function modelInfo(id: string, route: Route, main: Target): ModelInfo {
  return {
    type: 'model',
    id,
    display_name: displayName(id, route, main) + (isMarked(id) ? ' 1M' : ''),
    description: route.targets.map((target) => target.id).join(', then '),
    created_at: releaseDate(main.baseModel),
    lifecycle: 'active',
    line: claudeModel(main.baseModel)?.family ?? null,
    max_input_tokens: main.contextWindow,
    max_tokens: maxOutputOf(main.baseModel),
    deprecated_at: null,
    retires_at: null,
    capabilities: null,
  }
}

/** `fast: Claude Haiku 4.5 (bedrock, 2 more)`; an id that says as much is not repeated. */
function displayName(id: string, { model: route, targets }: Route, main: Target): string {
  const others = targets.length > 1 ? `, ${targets.length - 1} more` : ''
  const name = `${readableName(main.baseModel)} (${main.provider}${others})`
  const asked = withoutMark(id)
  const isRoute = asked === route || asked === `${ALIAS_PREFIX}${route}`
  return isRoute && !claudeModel(route) ? `${route}: ${name}` : name
}

function readableName(model: string): string {
  const claude = claudeModel(model)
  if (!claude) return model
  const family = claude.family.charAt(0).toUpperCase() + claude.family.slice(1)
  return `Claude ${family} ${claude.version}`
}

/** Where the id has it; else the epoch, which is Anthropic's word for "unknown". */
function releaseDate(model: string): string {
  const [, year, month, day] = /-(20\d\d)(\d\d)(\d\d)\b/.exec(model) ?? []
  return year ? `${year}-${month}-${day}T00:00:00Z` : '1970-01-01T00:00:00Z'
}
