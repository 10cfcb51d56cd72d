import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { runCli } from './cli/run.ts'

process.exitCode = await runCli({
  args: Bun.argv.slice(2),
  env: process.env,
  homeDir: homedir(),
  executableDir: dirname(process.execPath),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
})
