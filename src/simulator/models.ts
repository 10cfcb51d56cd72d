/** What a Claude model takes; the differences are PROTOCOL's "Thinking, by model". */
export interface Abilities {
  thinking: readonly ('enabled' | 'adaptive' | 'disabled' | 'between_tools')[]
  /** With thinking disabled, no more than this effort; null where it does not matter. */
  effortWithoutThinking: readonly string[] | null
  /** Empty where the model has no effort parameter. */
  efforts: readonly string[]
  /** Takes `role: "system"` among the messages. */
  systemMessages: boolean
  /** Sonnet 5 takes it there, and on the Claude API not. */
  systemOnBedrock: boolean
  /** Takes `thinking.display`. */
  display: boolean
  /** Takes `cache_control.ttl` on Bedrock. */
  cacheTtl: boolean
  /** Takes temperature, top_p and top_k as it likes. */
  sampling: boolean
  /** Takes a final assistant message to continue. */
  prefill: boolean
  /** On Bedrock, answers under its own id, without an inference profile. */
  onDemand: boolean
  maxTokens: number
  contextWindow: number
}

const LOW_TO_HIGH = ['low', 'medium', 'high'] as const
const WITHOUT_XHIGH = [...LOW_TO_HIGH, 'max'] as const
const ALL_EFFORTS = [...LOW_TO_HIGH, 'xhigh', 'max'] as const

/** The abilities of a Claude model under any name (API, Bedrock, profile, ARN); null for others. */
export function abilitiesOf(model: string): Abilities | null {
  const { line, version } = nameOf(model) ?? {}
  if (line === undefined || version === undefined) return null
  const isCurrent = version >= 4.7
  return {
    ...thinkingOf(line, version),
    efforts: effortsOf(line, version),
    systemMessages: (line === 'sonnet' && version >= 5.5) || (line !== 'sonnet' && version >= 4.8),
    systemOnBedrock: line === 'sonnet' && version >= 5,
    display: isCurrent,
    cacheTtl: version >= 4.5,
    sampling: !isCurrent,
    prefill: version < 4.6,
    onDemand: version < 3.7,
    maxTokens: maxTokensOf(line, version),
    contextWindow: isCurrent ? 1_000_000 : 200_000,
  }
}

/** `claude-opus-4-5-20251101`, `us.anthropic.claude-3-5-haiku-20241022-v1:0`, `claude-sonnet-5`. */
function nameOf(model: string): { line: string; version: number } | null {
  const lines = 'opus|sonnet|haiku|fable|mythos'
  const current = new RegExp(`claude-(${lines})-(\\d)(?:[-.](\\d)(?!\\d))?`).exec(model)
  if (current) {
    return { line: current[1] ?? '', version: Number(`${current[2]}.${current[3] ?? 0}`) }
  }
  const older = new RegExp(`claude-(\\d)(?:[-.](\\d))?-(${lines})`).exec(model)
  if (older) return { line: older[3] ?? '', version: Number(`${older[1]}.${older[2] ?? 0}`) }
  return null
}

function thinkingOf(
  line: string,
  version: number,
): Pick<Abilities, 'thinking' | 'effortWithoutThinking'> {
  const takes = (...thinking: Abilities['thinking'][number][]) => ({
    thinking,
    effortWithoutThinking: null,
  })
  if (line === 'fable' || line === 'mythos') return takes('adaptive')
  if (line === 'opus' && version >= 5.5) return takes('adaptive')
  if (line === 'sonnet' && version >= 5.5) return takes('adaptive', 'between_tools')
  if (version >= 5 && line !== 'sonnet') {
    return { thinking: ['adaptive', 'disabled'], effortWithoutThinking: LOW_TO_HIGH }
  }
  if (version >= 4.7) return takes('adaptive', 'disabled')
  if (version >= 4.6) return takes('enabled', 'adaptive', 'disabled')
  if (version >= 3.7) return takes('enabled', 'disabled')
  return takes('disabled')
}

function effortsOf(line: string, version: number): readonly string[] {
  if (version >= 4.7) return ALL_EFFORTS
  if (version >= 4.6) return WITHOUT_XHIGH
  return line === 'opus' && version === 4.5 ? LOW_TO_HIGH : []
}

function maxTokensOf(line: string, version: number): number {
  if (version >= 4.7 || (version >= 4.6 && line === 'opus')) return 128_000
  if (version >= 4.5 || (version >= 3.7 && line === 'sonnet')) return 64_000
  if (version >= 4) return 32_000
  return version >= 3.5 ? 8192 : 4096
}
