import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ACCESS_KEY, SECRET_KEY } from '../../src/simulator/sigv4.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { installBinary } from '../binary/binary.ts'

/** The native binary of `@anthropic-ai/claude-code`; without it these tests are skipped. */
export const CLAUDE = process.env.CLAUDE_CODE_BIN

export interface Row {
  id: string
  requested_model: string
  state: string
  attempts: { provider: string; outcome: string }[]
}

/** Claude Code, the compiled proxy, and the simulator behind it. */
export interface Scene {
  simulator: Simulator
  /** Where Claude Code works. */
  folder: string
  /** Of the proxy. */
  url: string
  /** Asks for one turn of a conversation (`-p`), with these tools allowed. */
  claude(
    model: string,
    prompt: string,
    allowedTools: string,
  ): Promise<{ exitCode: number; result: string }>
  /** The rows of a model, oldest first, each with its attempts. */
  rowsOf(model: string): Promise<Row[]>
  /** Ends the proxy, which must end cleanly, and gives its exit code. */
  stop(): Promise<number>
}

/** `yaml`: the configuration, given the address of the simulator. */
export async function startScene(yaml: (simulated: string) => string): Promise<Scene> {
  const simulator = startSimulator()
  const installed = await installBinary()
  const folder = await installed.folder('work')
  const config = join(folder, 'proxy.yaml')
  await writeFile(config, yaml(simulator.url), { mode: 0o600 })
  const proxy = installed.start(['--config', config, '--port', '0'], {
    // Bedrock is signed for real: the simulator checks the signature.
    env: { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY },
  })
  const [, url = ''] = await proxy.said(/listens on (\S+)/)

  return {
    simulator,
    folder,
    url,

    async claude(model, prompt, allowedTools) {
      const flags = ['--model', model, '--output-format', 'json', '--allowedTools', allowedTools]
      const child = Bun.spawn([CLAUDE ?? '', '-p', prompt, ...flags], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_AUTH_TOKEN: 'any',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          NO_PROXY: '127.0.0.1',
        },
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'inherit',
      })
      const { result } = JSON.parse(await child.stdout.text()) as { result: string }
      return { exitCode: await child.exited, result }
    },

    async rowsOf(model) {
      const page = await fetch(`${url}/api/requests?limit=100`)
      const { requests } = (await page.json()) as { requests: Row[] }
      const ids = requests.filter((row) => row.requested_model === model).map(({ id }) => id)
      const rows = ids
        .reverse()
        .map(async (id) => (await fetch(`${url}/api/requests/${id}`)).json())
      return (await Promise.all(rows)) as Row[]
    },

    async stop() {
      proxy.signal('SIGTERM')
      const { code } = await proxy.ended
      await installed.remove()
      await simulator.stop()
      return code
    },
  }
}
