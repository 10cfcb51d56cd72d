import type { ClientRequest, CountTokensBody } from '../../messages/request.ts'
import type { Target } from '../../routing/target.ts'
import { contextWindowOf, MILLION, takesMillionByBeta } from '../context-windows.ts'

/** Claude Code's sign for a million tokens, at the end of a model id and no part of it. */
export const MILLION_MARK = '[1m]'

const BETA = 'context-1m-2025-08-07'

export function isMarked(modelId: string): boolean {
  return modelId.toLowerCase().endsWith(MILLION_MARK)
}

export function withoutMark(modelId: string): string {
  return isMarked(modelId) ? modelId.slice(0, -MILLION_MARK.length) : modelId
}

/** The target as a request with the mark may use it; a window that was configured stays. */
export function withMillionWindow(target: Target): Target {
  const { baseModel, contextWindow } = target
  if (!takesMillionByBeta(baseModel) || contextWindow !== contextWindowOf(baseModel)) return target
  return { ...target, contextWindow: MILLION }
}

/**
 * The request with the beta that a marked one needs for this target. Claude Code sends it by itself
 * only where the id is one it knows.
 */
export function withMillionBeta<Body extends CountTokensBody>(
  request: ClientRequest<Body>,
  { baseModel }: Target,
): ClientRequest<Body> {
  if (!isMarked(request.body.model) || !takesMillionByBeta(baseModel)) return request
  const betas = request.headers.get('anthropic-beta')
  if (betas?.includes(BETA)) return request
  const headers = new Headers(request.headers)
  headers.append('anthropic-beta', BETA)
  return { ...request, headers }
}
