import { isRecord, tryParse } from '../../json.ts'

/** A piece of reasoning in the form its provider wants it back. */
export type Detail = Record<string, unknown>

/** Who made a thinking block. */
export interface Origin {
  provider: string
  model: string
}

/**
 * The signature of a thinking block that no Claude made: `cp1.<provider>.<base64url>`. It tells
 * the Claude lanes to leave the block out and carries what this provider wants back.
 */
export function signThinking({ provider, model }: Origin, details: readonly Detail[]): string {
  const payload = JSON.stringify(details.length > 0 ? { model, details } : { model })
  return `cp1.${provider}.${Buffer.from(payload).toString('base64url')}`
}

const MINTED = /^cp1\.(.+)\.([A-Za-z0-9_-]+)$/

/** What `signThinking` put into a signature; null where another provider or model made it. */
export function ownDetails(signature: string | undefined, origin: Origin): Detail[] | null {
  const minted = read(signature ?? '')
  if (minted?.provider !== origin.provider || minted.payload.model !== origin.model) return null
  const { details } = minted.payload
  return Array.isArray(details) ? details.filter(isRecord) : []
}

/** Whom a signature of ours names; null for any other signature. */
export function originOf(signature: string): Origin | null {
  if (!signature.startsWith('cp1.')) return null
  const minted = read(signature)
  return { provider: minted?.provider ?? '', model: String(minted?.payload.model ?? '') }
}

function read(signature: string): { provider: string; payload: Record<string, unknown> } | null {
  const [, provider, encoded] = MINTED.exec(signature) ?? []
  if (provider === undefined || encoded === undefined) return null
  const payload = tryParse(Buffer.from(encoded, 'base64url').toString())
  return isRecord(payload) ? { provider, payload } : null
}

/**
 * OpenRouter streams its `reasoning_details` in fragments that belong together by type and index,
 * and wants them back whole. Encrypted ones are told apart by their ids as well: two of them run
 * together would be refused with every later turn.
 */
export function mergeDetails(whole: Detail[], fragments: readonly Detail[]): void {
  for (const fragment of fragments) {
    const known = whole.find(
      ({ type, index, id }) =>
        type === fragment.type &&
        index === fragment.index &&
        (!fragment.data || !fragment.id || id === fragment.id),
    )
    if (!known) {
      whole.push({ ...fragment })
      continue
    }
    for (const [key, value] of Object.entries(fragment)) {
      const grows = ['text', 'summary', 'data'].includes(key)
      if (grows && typeof value === 'string') known[key] = `${known[key] ?? ''}${value}`
      else if (value) known[key] = value
    }
  }
}

/** Text, a signature or an encrypted state; some fragments only announce what will follow. */
export function hasSubstance(detail: Detail): boolean {
  return ['text', 'summary', 'data', 'signature'].some((key) => Boolean(detail[key]))
}
