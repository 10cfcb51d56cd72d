import type { Config } from './config.ts'

const MASK = '***'

/** The configuration as plain JSON that may be shown: no key is in it, not even a part of one. */
export function maskedConfig(config: Config): object {
  const providers = [...config.providers].map(([name, provider]) => [
    name,
    {
      ...provider,
      apiKey: provider.apiKey === null ? null : MASK,
      extraBody: maskSecrets(provider.extraBody),
    },
  ])
  return {
    ...config,
    server: { ...config.server, apiKeys: config.server.apiKeys.map(() => MASK) },
    providers: Object.fromEntries(providers),
  }
}

/** `extra_body` is the user's own, so what looks like a secret by its name is taken for one. */
function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    /key|token|secret|password|credential|auth/i.test(key) && typeof item === 'string'
      ? MASK
      : maskSecrets(item),
  ])
  return Object.fromEntries(entries)
}
