import { Html } from '@elysiajs/html'

/** What to type, as long as nothing has been asked; `host` is where this page was reached. */
export function GettingStarted({ host }: { host: string }): JSX.Element {
  const url = `http://${host}`
  return (
    <section class="getting-started">
      <h1>Nothing has come through yet</h1>
      <p>This page fills itself as soon as the first request arrives.</p>
      <h2>Point Claude Code here</h2>
      <pre>
        <code safe>{`export ANTHROPIC_BASE_URL=${url}\nclaude`}</code>
      </pre>
      <h2>Or try a single message</h2>
      <pre>
        <code safe>{curl(url)}</code>
      </pre>
    </section>
  )
}

function curl(url: string): string {
  const body = {
    model: 'claude-sonnet-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
  }
  return [
    `curl ${url}/v1/messages \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H 'anthropic-version: 2023-06-01' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n')
}
