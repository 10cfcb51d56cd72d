import type { ProxyError } from '../errors.ts'
import type { ClientRequest } from '../messages/request.ts'
import { without } from '../providers/claude/strip.ts'
import { lacksItsFlag } from '../providers/claude/unlocked.ts'
import type { Provider } from '../providers/provider.ts'

/**
 * What a target refused to know and can be left out of the request as it was sent there, unless it
 * was the client's mistake, by the headers it came with.
 */
export function unknownIn(
  sent: ClientRequest,
  { details: { unsupported = [] } }: ProxyError,
  { isAnthropic }: Pick<Provider, 'isAnthropic'>,
  client: Headers,
): string[] {
  return unsupported.filter(
    (strip) => without(sent, [strip]) !== sent && !(isAnthropic && lacksItsFlag(strip, client)),
  )
}
