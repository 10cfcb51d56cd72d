import type { CacheLoss, RequestRow } from '../src/history/schema.ts'
import { formatCost, formatTokens } from './format.ts'

interface Face {
  title: string
  /** Behind how often it happened. */
  because: string
  /** What a person can do about it; what is to be typed stands between backticks. */
  advice: string
}

/** Why prompt caches are lost: where the prompt changed, or else what CacheLoss says. */
export const CAUSES = {
  tools: {
    title: 'Tools changed',
    because: 'because tools changed',
    advice:
      'Tools stand at the very front of a prompt, so nothing behind them can be read from the cache. It is mostly an MCP server that came, went or lists its tools in another order: connect them before a session begins.',
  },
  system: {
    title: 'System prompt changed',
    because: 'because the system prompt changed',
    advice:
      'Something in it differs from turn to turn: a time, a status, an output style. Such things belong at the end of the conversation.',
  },
  messages: {
    title: 'Earlier messages changed',
    because: 'because earlier messages changed',
    advice:
      'One loss is normal behind `/compact` or a step back. If it happens every turn, a hook or a tool in between rewrites what was said.',
  },
  model: {
    title: 'Model changed',
    because: 'because the model changed',
    advice: 'A cache belongs to one model. Choose with `/model` while the session is short.',
  },
  prefix: {
    title: 'Prompt changed',
    because: 'because the prompt changed',
    advice: 'Something before the last turn is not what it was; the requests tell what.',
  },
  target: {
    title: 'Another target answered',
    because: 'because another target answered',
    advice:
      'A cache stays with who made it. `routing.affinity` keeps a session where its cache is while that target is well; set `rpm` or `tpm` of scarce variants, so that a session does not begin where it cannot stay.',
  },
  idle: {
    title: 'Idle for too long',
    because: 'after a pause',
    advice:
      'A cache lives for five minutes. `ENABLE_PROMPT_CACHING_1H=1` has Claude Code ask for an hour, which costs more to write and pays off with pauses.',
  },
  unknown: {
    title: 'Dropped by the service',
    because: 'for no reason we know',
    advice: 'Prompt, target and pause were fine; services give no promise. Nothing to mend here.',
  },
} satisfies Record<CacheLoss | 'tools' | 'system' | 'messages' | 'model', Face>

export type Cause = keyof typeof CAUSES

type Turn = Pick<
  RequestRow,
  'id' | 'prefix_change' | 'cache_lost_why' | 'cache_lost_tokens' | 'cache_lost_usd'
>

/** Why a turn lost its cache; null where nothing was lost. */
export function causeOf({ cache_lost_why, prefix_change }: Turn): Cause | null {
  if (cache_lost_why !== 'prefix') return cache_lost_why
  const [part] = /^(tools|system|messages|model)(?=\[|$)/.exec(prefix_change ?? '') ?? []
  return (part as Cause | undefined) ?? 'prefix'
}

export interface Busts {
  cause: Cause
  count: number
  tokens: number
  /** Of those whose cost is known; null where none is. */
  usd: number | null
  unpriced: number
  /** The request of the latest. */
  latest: string
}

/** The losses of some turns (the newest first) by cause, what took most tokens first. */
export function bustsOf(turns: readonly Turn[]): Busts[] {
  const lost = turns.flatMap((turn) => {
    const cause = causeOf(turn)
    return cause === null ? [] : [{ ...turn, cause }]
  })
  return [...Map.groupBy(lost, ({ cause }) => cause)]
    .map(([cause, of]) => ({
      cause,
      count: of.length,
      tokens: of.reduce((sum, turn) => sum + turn.cache_lost_tokens, 0),
      usd: totalOf(of.map((turn) => turn.cache_lost_usd)),
      unpriced: of.filter((turn) => turn.cache_lost_usd === null).length,
      latest: of[0]?.id ?? '',
    }))
    .sort((a, b) => b.tokens - a.tokens)
}

/** "3 cache busts cost $1.20: two because tools changed, one after a pause." */
export function summarize(busts: readonly Busts[]): string {
  const count = busts.reduce((sum, bust) => sum + bust.count, 0)
  const tokens = busts.reduce((sum, bust) => sum + bust.tokens, 0)
  const usd = totalOf(busts.map((bust) => bust.usd))
  const least = busts.some(({ unpriced }) => unpriced > 0) ? 'at least ' : ''
  const took = usd === null ? `${formatTokens(tokens)} tokens` : `${least}${formatCost(usd)}`
  const what = `${count} cache bust${count === 1 ? '' : 's'} cost ${took}`
  if (busts.length === 1) {
    const [only] = busts
    return `${what}, ${count > 1 ? 'all ' : ''}${CAUSES[only?.cause ?? 'unknown'].because}.`
  }
  return `${what}: ${busts.map((bust) => `${inWords(bust.count)} ${CAUSES[bust.cause].because}`).join(', ')}.`
}

const ORDINALS =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ')
const PARTS: Record<string, string> = {
  tools: 'tool',
  system: 'block of the system prompt',
  messages: 'message',
}

/** Takes `tools[3]`, as in the column `prefix_change`: "the fourth tool". */
export function describePlace(change: string): string {
  const [, name = '', digits] = /^(\w+)\[(\d{1,6})\]$/.exec(change) ?? []
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined
  if (part === undefined) return `the ${change}`
  const ordinal = ORDINALS[Number(digits)]
  return ordinal ? `the ${ordinal} ${part}` : `${part} ${Number(digits) + 1}`
}

function inWords(count: number): string {
  return 'no one two three four five six seven eight nine ten'.split(' ')[count] ?? String(count)
}

function totalOf(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null)
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0)
}
