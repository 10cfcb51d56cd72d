import { Html } from '@elysiajs/html'
import { CopyButton } from './copy.tsx'

/** What to type, as long as nothing has been asked; `host` is where this page was reached. */
export function GettingStarted({ host }: { host: string }): JSX.Element {
  const url = `http://${host}`
  return (
    <section class="getting-started">
      <h1>Nothing has come through yet</h1>
      <p>This page fills itself as soon as the first request arrives.</p>
      <h2>Point Claude Code here</h2>
      <Command text={`export ANTHROPIC_BASE_URL=${url}\nclaude`} />
      <p>
        Without a login of its own it wants <code>ANTHROPIC_AUTH_TOKEN</code> as well:{' '}
        <code>claude-proxy env</code> prints what fits the configuration.
      </p>
      <h2>Or try a single message</h2>
      <Command text={curl(url)} />
    </section>
  )
}

function Command({ text }: { text: string }): JSX.Element {
  return (
    <div class="command">
      <pre>
        <code safe>{text}</code>
      </pre>
      <CopyButton label="Copy" text={text} />
    </div>
  )
}

function curl(url: string): string {
  return [
    `curl ${url}/v1/messages \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H 'anthropic-version: 2023-06-01' \\`,
    `  -d '{"model":"claude-sonnet-4-5","max_tokens":100,`,
    `       "messages":[{"role":"user","content":"Hello"}]}'`,
  ].join('\n')
}
