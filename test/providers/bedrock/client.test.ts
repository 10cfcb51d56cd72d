import { afterEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProxyError } from '../../../src/errors.ts'
import { createBedrockProvider } from '../../../src/providers/bedrock.ts'
import { aTarget } from '../../routing/target.ts'
import { callOf } from '../openai-chat/support.ts'

const MODEL = 'us.anthropic.claude-opus-5-5'

/** Names the AWS SDK reads; a test has none of those of the machine it runs on. */
const before = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  for (const [name, value] of before) process.env[name] = value
})

function alone(env: Record<string, string>) {
  for (const [name] of before) delete process.env[name]
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', ...env })
}

async function failure(settings: { endpoint?: string; profileName?: string }): Promise<ProxyError> {
  const provider = createBedrockProvider({
    name: 'bedrock',
    endpoint: settings.endpoint ?? 'http://127.0.0.1:9',
    apiKey: null,
    profileName: settings.profileName ?? null,
    extraBody: {},
    unusable: null,
  })
  const target = aTarget({ model: MODEL })
  const error = await provider.messages({ ...callOf({}), target }).catch((error: unknown) => error)
  if (!(error instanceof ProxyError)) throw error
  return error
}

test('credentials that are nowhere are a matter of credentials', async () => {
  await using folder = await awsFolder('')
  alone(folder.env)
  const { details, message } = await failure({ profileName: 'work' })
  expect(details.outcome).toBe('credential')
  expect(message).toStartWith('bedrock: no AWS credentials: ')
})

test('so is a session of a single sign-on that has ended', async () => {
  await using folder = await awsFolder(`[profile work]
sso_start_url = http://127.0.0.1:9/start
sso_region = us-west-2
sso_account_id = 1
sso_role_name = dev
`)
  alone(folder.env)
  const { details, message } = await failure({ profileName: 'work' })
  expect(details.outcome).toBe('credential')
  expect(message).toContain('aws sso login')
})

test.each([
  ['in the body', { __type: 'com.amazon.coral.service#ThrottlingException' }, {}],
  ['in the header', {}, { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' }],
])('the name of an exception is %s', async (_, body, headers) => {
  alone({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' })
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => Response.json({ message: 'Slow down', ...body }, { status: 400, headers }),
  })
  const { details } = await failure({ endpoint: server.url.origin })
  expect(details.outcome).toBe('rate_limited')
})

async function awsFolder(config: string) {
  const path = await mkdtemp(join(tmpdir(), 'claude-proxy-aws-'))
  await Bun.write(join(path, 'config'), config)
  await Bun.write(join(path, 'credentials'), '')
  return {
    env: {
      AWS_CONFIG_FILE: join(path, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(path, 'credentials'),
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
