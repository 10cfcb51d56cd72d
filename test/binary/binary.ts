import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scripts } from '../../package.json'

const ROOT = join(import.meta.dir, '..', '..')

/** How a command ended, and all it said. */
export interface Ended {
  code: number
  stdout: string
  stderr: string
}

export interface Running {
  /** The first match in what it said on stderr, waited for. Throws when it ends without it. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: NodeJS.Signals): void
  ended: Promise<Ended>
}

export interface Installed {
  /** An empty folder that goes away with the binary. */
  folder(name: string): Promise<string>
  start(args: string[], options?: RunOptions): Running
  run(args: string[], options?: RunOptions): Promise<Ended>
  /** Ends whatever still runs, and removes every folder. */
  remove(): Promise<void>
}

interface RunOptions {
  cwd?: string
  env?: Record<string, string>
}

/**
 * The executable, alone in a folder of its own, with a home that is empty. It is the one that
 * CLAUDE_PROXY_BINARY names, else it is built from this source.
 */
export async function installBinary(): Promise<Installed> {
  const base = await mkdtemp(join(tmpdir(), 'claude-proxy-binary-'))
  const folder = (name: string) => mkdtemp(join(base, `${name}-`))
  const binary = join(await folder('bin'), 'claude-proxy')
  const home = await folder('home')
  await putBinary(binary)
  const children = new Set<Bun.Subprocess>()

  const start: Installed['start'] = (args, { cwd = home, env = {} } = {}) => {
    const child = Bun.spawn([binary, ...args], {
      cwd,
      env: { HOME: home, ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    children.add(child)
    return follow(child)
  }

  return {
    folder,
    start,
    run: (args, options) => start(args, options).ended,
    async remove() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all([...children].map((child) => child.exited))
      await rm(base, { recursive: true })
    },
  }
}

async function putBinary(path: string): Promise<void> {
  const given = process.env.CLAUDE_PROXY_BINARY
  if (given) {
    await copyFile(given, path)
    return chmod(path, 0o755)
  }
  const [, ...args] = scripts.build.split(' ')
  const build = Bun.spawn([process.execPath, ...args, `--outfile=${path}`], {
    cwd: ROOT,
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const [said, code] = await Promise.all([build.stderr.text(), build.exited])
  if (code !== 0) throw new Error(`the binary cannot be built:\n${said}`)
}

type Child = Bun.Subprocess<'ignore', 'pipe', 'pipe'>

function follow(child: Child): Running {
  let stderr = ''
  let heard = Promise.withResolvers<void>()

  async function listen() {
    const decoder = new TextDecoder()
    for await (const chunk of child.stderr) {
      stderr += decoder.decode(chunk, { stream: true })
      heard.resolve()
      heard = Promise.withResolvers()
    }
  }

  async function end(): Promise<Ended> {
    const [stdout] = await Promise.all([child.stdout.text(), listening])
    return { code: await child.exited, stdout, stderr }
  }

  const listening = listen()
  const ended = end()
  return {
    ended,
    signal: (name) => child.kill(name),
    async said(pattern) {
      for (;;) {
        const match = pattern.exec(stderr)
        if (match) return match
        const more = await Promise.race([heard.promise.then(() => true), ended.then(() => false)])
        if (!more) throw new Error(`it ended without saying ${pattern}:\n${stderr}`)
      }
    },
  }
}
