import { assets } from '../../views/assets/index.ts'
import { SECURITY_HEADERS } from './respond.tsx'

/**
 * The file of that name, or null. An address with the hash of the content can be kept for ever;
 * any other must be asked for again.
 */
export function serveAsset(name: string, version: string | undefined): Response | null {
  const asset = assets.find((candidate) => candidate.name === name)
  if (!asset) return null
  return new Response(asset.body, {
    headers: {
      ...SECURITY_HEADERS,
      'content-type': asset.type,
      'cache-control': version === asset.hash ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}
