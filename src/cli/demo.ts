import { readConfig } from '../config/load.ts'
import { startProxy } from '../proxy.ts'
import { demoMood } from '../simulator/moods.ts'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'
import { startTraffic } from '../simulator/traffic.ts'
import type { Command, CommandContext } from './command.ts'
import { untilStopped } from './signals.ts'

/** One request every so often, on average: enough to watch, slow enough to read. */
const INTERVAL_MS = 1500
const GRACE_MS = 2000

export const demoCommand: Command = {
  summary: 'the proxy with simulated providers and traffic; no key needed',
  async run(context) {
    const simulator = startSimulator({ mood: demoMood(), requestsPerMinute: { [SCARCE]: 2 } })
    try {
      await runDemo(simulator, context)
      return 0
    } finally {
      await simulator.stop()
    }
  },
}

async function runDemo({ url }: Simulator, { source, json, stderr }: CommandContext) {
  // No environment: the demo must not pick up keys or settings that are meant for real work.
  const config = await readConfig(demoYaml(url), { db: ':memory:', ...source, env: {} })
  const proxy = startProxy({ config, write: stderr, jsonLog: json })
  stderr(`A demo with simulated providers: nothing leaves this machine, nothing costs anything.
Open ${proxy.url} to watch. Press Ctrl-C to end it.
Claude Code can talk to it: ANTHROPIC_BASE_URL=${proxy.url} ANTHROPIC_AUTH_TOKEN=any claude
`)
  const traffic = new AbortController()
  startTraffic({ url: proxy.url, signal: traffic.signal, intervalMs: INTERVAL_MS })
  const stop = async () => {
    traffic.abort()
    await proxy.stop(GRACE_MS)
  }
  await untilStopped({ stop, cut: proxy.cut }, stderr)
}

/** What started it all: a Bedrock model with two requests a minute. */
const SCARCE = 'us.anthropic.claude-opus-5-5'

function demoYaml(url: string): string {
  return `
history: { payloads: all, payloads_size: 32MB }
providers:
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: simulated-bedrock-key }
  anthropic: { type: anthropic, base_url: "${url}", api_key: simulated-anthropic-key }
  cerebras: { base_url: "${url}/v1", api_key: simulated-cerebras-key }
prices:
  qwen-3-coder-480b: { input: 2, output: 2 }
routing:
  models:
    - model: haiku
      provider_sequence:
        - name: cerebras
          variants: [{ model: qwen-3-coder-480b }]
        - name: anthropic
          variants: [{ model: claude-haiku-4-5 }]
    - model: default
      provider_sequence:
        - name: bedrock
          variants:
            - { model: ${SCARCE}, region: us-west-2 }
            - { model: us.anthropic.claude-sonnet-5-5, region: us-east-1 }
        - name: anthropic
          variants: [{ model: claude-opus-5-5 }]
        - name: cerebras
          variants: [{ model: qwen-3-coder-480b }]
`
}
