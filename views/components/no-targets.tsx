import { Html } from '@elysiajs/html'

export function NoTargets(): JSX.Element {
  return (
    <p class="empty">
      No provider is configured, so there is nowhere to send a request.{' '}
      <code>claude-proxy init</code> writes a configuration.
    </p>
  )
}
