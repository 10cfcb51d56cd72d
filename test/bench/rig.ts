import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Server {
  url: string
  pid: number
}

/** Everything the bench measures, each in its own process; disposing of it ends them all. */
export interface Rig extends AsyncDisposable {
  simulator: Server
  bare: Server
  /** The compiled binary with its history in a file; its models are `LANES`. */
  proxy: Server
}

/** The model a client asks for, by the lane that serves it. */
export const LANES = {
  anthropic: 'claude-opus-5-5',
  bedrock: 'claude-sonnet-5-5',
  openai: 'claude-haiku-4-5',
  /** The Anthropic lane behind a target that always says 429. */
  fallback: 'claude-opus-5',
} as const

/** Refuses whatever it is asked. */
export const FULL = 'claude-opus-4-8'

/** Compiles the proxy into a temporary folder and starts the three servers. */
export async function startRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'claude-proxy-bench-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const start = async (command: string[]) => stack.use(await startServer(command, folder))

  const binary = await compile(folder)
  const standIns = join(import.meta.dir, 'servers.ts')
  const simulator = await start([process.execPath, standIns, 'simulator'])
  const bare = await start([process.execPath, standIns, 'bare', simulator.url])
  const config = join(folder, 'config.yaml')
  await Bun.write(config, configYaml(simulator.url))
  const history = join(folder, 'history.db')
  const proxy = await start([binary, '--config', config, '--port', '0', '--db', history])

  const owned = stack.move()
  return { simulator, bare, proxy, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export async function compile(folder: string): Promise<string> {
  const binary = join(folder, 'claude-proxy')
  const flags = [
    '--compile',
    '--minify',
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
  ]
  const files = ['src/main.ts', 'src/history/reader-worker.ts', '--outfile', binary]
  const build = Bun.spawn([process.execPath, 'build', ...flags, ...files], {
    // The settings for JSX are looked for where the build runs.
    cwd: join(import.meta.dir, '../..'),
    stdout: 'ignore',
    stderr: 'pipe',
  })
  if ((await build.exited) !== 0) throw new Error(await build.stderr.text())
  return binary
}

/** A bench that hangs ends with its servers. */
const LONGEST_MS = 115_000

/** Starts a server that says its address in its first line, and hears no more of it afterwards. */
export async function startServer(
  command: string[],
  home: string,
  longestMs = LONGEST_MS,
): Promise<Server & AsyncDisposable> {
  const child = Bun.spawn(command, {
    env: {
      HOME: home,
      AWS_ACCESS_KEY_ID: 'AKIASIMULATOR',
      AWS_SECRET_ACCESS_KEY: 'simulator-secret',
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: longestMs,
  })
  const url = await Promise.any([addressIn(child.stdout), addressIn(child.stderr)])
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill()
      await child.exited
    },
  }
}

/** Reads on behind the address: a pipe that is full would stop the server. */
function addressIn(output: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const read = async () => {
    let said = ''
    for await (const chunk of output) {
      if (said.length < 1000) said += Buffer.from(chunk)
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (url) resolve(url)
    }
    reject(new Error(said || 'the server ended without a word'))
  }
  void read().catch(reject)
  return promise
}

function configYaml(simulator: string): string {
  return `
providers:
  anthropic: { base_url: "${simulator}", api_key: bench-anthropic-key }
  bedrock: { endpoint: "${simulator}", region: us-west-2 }
  cerebras: { base_url: "${simulator}/v1", api_key: bench-cerebras-key }
routing:
  rate_limit_seconds: 0
  models:
    - model: ${LANES.anthropic}
      provider_sequence: [{ name: anthropic, variants: [{ model: ${LANES.anthropic} }] }]
    - model: ${LANES.bedrock}
      provider_sequence: [{ name: bedrock, variants: [{ model: us.anthropic.${LANES.bedrock} }] }]
    - model: ${LANES.openai}
      provider_sequence: [{ name: cerebras, variants: [{ model: qwen-3-coder-480b }] }]
    - model: ${LANES.fallback}
      provider_sequence: [{ name: anthropic, variants: [{ model: ${FULL} }, { model: ${LANES.anthropic} }] }]
`
}
