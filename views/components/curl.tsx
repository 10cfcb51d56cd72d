import { Html } from '@elysiajs/html'
import type { FoundRequest, Payload } from '../../src/history/answers.ts'
import { callOf, curlCommand } from '../curl.ts'
import { CopyButton } from './copy.tsx'

interface CurlProps {
  request: FoundRequest
  payload: Payload | null
  origin: string
}

/** A longer command is a page of its own. */
const LONGEST_SHOWN = 8_000

/** The request as a command for a shell, to copy or to read. */
export function CurlSection({ request, payload, origin }: CurlProps): JSX.Element {
  const { call, isExact } = callOf(request, payload, origin)
  const command = curlCommand(call)
  const path = `/requests/${encodeURIComponent(request.id)}`
  return (
    <div class="curl">
      <p class="line copies">
        <CopyButton label="Copy as curl" from={`${path}/curl`} />
        {payload?.request ? <CopyButton label="Copy body" from={`${path}/body`} /> : ''}
        <a href={`${path}/curl`}>curl command</a>
        {payload?.request ? <a href={`${path}/body`}>Body</a> : ''}
      </p>
      {isExact ? (
        ''
      ) : (
        <p class="quiet">
          The body was not kept as it was sent: the command asks with what there is of it, or with a
          short one in its place.
        </p>
      )}
      {command.length > LONGEST_SHOWN ? (
        ''
      ) : (
        <details class="raw">
          <summary>The command</summary>
          <pre tabindex="0" safe>
            {command}
          </pre>
        </details>
      )}
    </div>
  )
}
