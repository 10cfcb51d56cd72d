import { Html } from '@elysiajs/html'

export function NoTargets(): JSX.Element {
  return (
    <p class="empty">
      No provider is configured, so there is nowhere to send a request.{' '}
      <code>claude-proxy config path</code> says where the configuration is looked for.
    </p>
  )
}
