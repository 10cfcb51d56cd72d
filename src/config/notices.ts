import { stat } from 'node:fs/promises'
import { isRecord } from '../json.ts'
import type { RoutingConfig } from './config.ts'
import type { ConfigDocument } from './document.ts'

/** What does not stop the proxy and is still worth a sentence at its start. */
export async function noticesFor(
  { file, value }: ConfigDocument,
  { routes }: RoutingConfig,
  section: unknown,
): Promise<string[]> {
  const notices: string[] = []
  if (file !== null && holdsSecrets(value) && (await isReadableByOthers(file))) {
    notices.push(`${file} holds keys and others can read it: chmod 600 ${file}`)
  }
  if (routes.length === 0 && isRecord(section) && String(section.enable) === 'true') {
    notices.push('routing.enable is on without routes: ids go unchanged to the first provider.')
  }
  for (const { model, strategy, targets } of routes) {
    if (strategy !== 'order' || targets.every(({ weight }) => weight === 1)) continue
    notices.push(`The weights of route "${model}" have no effect with strategy: order.`)
  }
  return notices
}

/** Whether a key is written out in the file, not as a `${VARIABLE}`. */
function holdsSecrets(value: unknown, key = ''): boolean {
  if (typeof value === 'string') return /^api_keys?$/.test(key) && !value.includes('${')
  if (Array.isArray(value)) return value.some((item) => holdsSecrets(item, key))
  return isRecord(value) && Object.entries(value).some(([name, item]) => holdsSecrets(item, name))
}

/** Windows has no such bits and reports them as set. */
async function isReadableByOthers(file: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0
}
