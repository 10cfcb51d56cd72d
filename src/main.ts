import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { liftRequestLimit } from './slots.ts'

liftRequestLimit(process.env)

// Only now, since the process may just have been replaced.
const { runCli } = await import('./cli/run.ts')

process.exitCode = await runCli({
  args: Bun.argv.slice(2),
  env: process.env,
  homeDir: homedir(),
  executableDir: dirname(process.execPath),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
})
